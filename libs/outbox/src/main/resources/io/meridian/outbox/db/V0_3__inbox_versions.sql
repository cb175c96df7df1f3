-- The newest event that each consumer has applied about each aggregate, for consumers to whom an older one is of no use any more.
CREATE TABLE inbox_versions (
    consumer     TEXT        NOT NULL,
    aggregate_id TEXT        NOT NULL,
    sequence     BIGINT      NOT NULL,
    seen_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (consumer, aggregate_id)
);

CREATE INDEX inbox_versions_by_age ON inbox_versions USING BRIN (seen_at) WITH (pages_per_range = 16);
