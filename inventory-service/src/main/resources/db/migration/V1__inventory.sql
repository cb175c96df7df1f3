-- What can be bought. Names and prices do not change here.
CREATE TABLE products (
    sku        TEXT PRIMARY KEY CHECK (sku ~ '^SKU-[0-9]{4}$'),
    name       TEXT NOT NULL,
    unit_price BIGINT NOT NULL CHECK (unit_price > 0),
    currency   TEXT NOT NULL CHECK (currency ~ '^[A-Z]{3}$')
);

-- Where the pieces of each product are. Pieces only move between the three places: their sum stays what it was in the
-- beginning. The database refuses what would break this, whoever writes it.
-- Half of each page is left free, so that the many updates of a popular row stay on its page and touch no index.
CREATE TABLE stock (
    sku     TEXT PRIMARY KEY REFERENCES products,
    initial BIGINT NOT NULL CHECK (initial >= 0),
    on_hand BIGINT NOT NULL CHECK (on_hand >= 0),
    held    BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0),
    sold    BIGINT NOT NULL DEFAULT 0 CHECK (sold >= 0),
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT conserved CHECK (on_hand + held + sold = initial)
) WITH (fillfactor = 50);

-- What is, or was, set aside for one order; CLOSED means that the order ended before anybody asked.
CREATE TABLE holds (
    order_id   UUID PRIMARY KEY,
    status     TEXT NOT NULL CHECK (status IN ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED', 'RETURNED', 'CLOSED')),
    expires_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CHECK (status = 'CLOSED' OR expires_at IS NOT NULL)
);

-- The sweeper's way to the overdue; small, because almost every hold is soon something else.
CREATE INDEX holds_overdue ON holds (expires_at) WHERE status = 'HELD';

-- Written together with its hold and never changed. The SKU is not a foreign key: the statement that writes a line reads
-- the product it is of, and a reference would lock that one product's row for every order of it.
CREATE TABLE hold_lines (
    order_id   UUID NOT NULL REFERENCES holds,
    sku        TEXT NOT NULL,
    quantity   INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 10000),
    unit_price BIGINT NOT NULL,
    currency   TEXT NOT NULL,
    PRIMARY KEY (order_id, sku)
);
