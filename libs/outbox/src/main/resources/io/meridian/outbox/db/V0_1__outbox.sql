-- What this service says. The relay reads the inserts from the write-ahead log; the table stays as the truth that can be
-- published again should the log's slot be lost. Ids ascend with time (UUIDv7), so the primary key also serves pruning.
CREATE TABLE outbox_events (
    id           UUID        PRIMARY KEY,
    sequence     BIGINT      NOT NULL GENERATED ALWAYS AS IDENTITY,
    topic        TEXT        NOT NULL,
    aggregate_id TEXT        NOT NULL,
    type         TEXT        NOT NULL,
    payload      BYTEA       NOT NULL,
    headers      JSONB       NOT NULL,
    occurred_at  TIMESTAMPTZ NOT NULL
);

-- Slots through which, or before which, every event of the table has been published.
CREATE TABLE outbox_slots (
    slot        TEXT        PRIMARY KEY,
    complete_at TIMESTAMPTZ NOT NULL
);

-- What this service has heard and applied.
CREATE TABLE inbox_events (
    consumer    TEXT        NOT NULL,
    event_id    TEXT        NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

-- Rows arrive in the order of time: block ranges find the old ones at next to no cost per insert.
CREATE INDEX inbox_events_by_age ON inbox_events USING BRIN (received_at) WITH (pages_per_range = 16);

CREATE PUBLICATION meridian_outbox FOR TABLE outbox_events WITH (publish = 'insert');
