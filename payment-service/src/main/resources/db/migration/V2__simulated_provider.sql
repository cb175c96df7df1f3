-- The ledger of the demo's card provider. It stands in for a system elsewhere: nothing of ours refers to it, and it is
-- written over connections of its own. A platform with a real provider never touches this schema.

CREATE SCHEMA provider;

-- What was asked, by key: asked again, the same answer is given again.
CREATE TABLE provider.requests (
    idempotency_key TEXT PRIMARY KEY,
    operation       TEXT        NOT NULL,
    answer          TEXT        NOT NULL,
    reference       TEXT,
    -- Until then the provider is still working on it.
    decided_at      TIMESTAMPTZ NOT NULL
);

CREATE TABLE provider.authorisations (
    idempotency_key TEXT PRIMARY KEY,
    reference       TEXT        NOT NULL UNIQUE,
    token           TEXT        NOT NULL,
    amount          BIGINT      NOT NULL CHECK (amount > 0),
    currency        TEXT        NOT NULL,
    status          TEXT        NOT NULL CHECK (status IN ('RESERVED', 'CAPTURED', 'CANCELLED', 'REFUNDED'))
);

-- Every time money really moved: an oracle counts these, not the requests.
CREATE TABLE provider.movements (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference TEXT        NOT NULL,
    kind      TEXT        NOT NULL CHECK (kind IN ('RESERVED', 'CAPTURED', 'CANCELLED', 'REFUNDED')),
    amount    BIGINT      NOT NULL,
    moved_at  TIMESTAMPTZ NOT NULL DEFAULT now()
);
