-- The customer's part of an order: written once, changed never. Ids are UUIDs of version 7, so the key is also the order of time.
CREATE TABLE orders (
    id            UUID PRIMARY KEY,
    customer_id   TEXT        NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    -- By the database's clock: how long an order waits must not depend on the clock of the instance that took it.
    journalled_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX orders_of_customer ON orders (customer_id, id DESC);

-- What was ordered; the hold fills in the prices.
CREATE TABLE order_lines (
    order_id   UUID     NOT NULL REFERENCES orders,
    position   SMALLINT NOT NULL,
    sku        TEXT     NOT NULL,
    quantity   INTEGER  NOT NULL CHECK (quantity > 0),
    unit_price BIGINT CHECK (unit_price >= 0),
    currency   TEXT,
    PRIMARY KEY (order_id, position),
    CHECK ((unit_price IS NULL) = (currency IS NULL))
) WITH (fillfactor = 80);

-- Where the order stands: narrow, because it is the part that is written again and again. Whoever writes names the version
-- it has read and the epoch it drives in, and writes nothing if either has moved on.
CREATE TABLE order_status (
    order_id        UUID PRIMARY KEY REFERENCES orders,
    status          TEXT        NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLED')),
    version         INTEGER     NOT NULL,
    -- How many lines order_transitions has for this order.
    steps           INTEGER     NOT NULL,
    reason          TEXT,
    -- The products a rejection is about.
    skus            TEXT[],
    -- Set once stock is held: a PENDING order without it is placed, with it reserved.
    held_until      TIMESTAMPTZ,
    confirmed_at    TIMESTAMPTZ,
    updated_at      TIMESTAMPTZ NOT NULL,
    -- The provider's token, for asking again; forgotten when the order ends.
    payment_token   TEXT,
    -- Who drives: the epoch grows with each settler that takes the order over.
    epoch           INTEGER     NOT NULL DEFAULT 0,
    lease_until     TIMESTAMPTZ,
    attempts        INTEGER     NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMPTZ NOT NULL,
    CHECK ((status = 'PENDING') = (payment_token IS NOT NULL)),
    CHECK ((status IN ('REJECTED', 'CANCELLED')) = (reason IS NOT NULL)),
    CHECK (status <> 'CONFIRMED' OR (held_until IS NOT NULL AND confirmed_at IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX order_status_unfinished ON order_status (next_attempt_at) WHERE status = 'PENDING';

-- The log of every order: each status it came into, and what others did for it. Without a foreign key, whose check would lock
-- and so rewrite the order's row with every step.
CREATE TABLE order_transitions (
    order_id UUID        NOT NULL,
    sequence INTEGER     NOT NULL,
    step     TEXT        NOT NULL,
    reason   TEXT,
    at       TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (order_id, sequence)
);

-- Which request an idempotency key belongs to. What was answered is read from the order's own rows.
CREATE TABLE idempotency_keys (
    customer_id TEXT        NOT NULL,
    key         TEXT        NOT NULL,
    fingerprint TEXT        NOT NULL,
    order_id    UUID        NOT NULL,
    claimed_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (customer_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys USING BRIN (claimed_at);
