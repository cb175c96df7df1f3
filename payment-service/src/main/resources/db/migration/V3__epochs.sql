-- The highest epoch that a request about this payment came with: how often its order had changed hands when its sender took it over. With
-- every rise the version rises too, so that nothing is written any more that was decided on for an earlier owner.
ALTER TABLE payments ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0 CHECK (epoch >= 0);
