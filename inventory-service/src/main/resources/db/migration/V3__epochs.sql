-- The highest epoch that a request about this order came with: how often the order had changed hands when its sender took it over. A
-- table of its own, because a request that is refused (too little stock) leaves no hold and must be remembered all the same.
CREATE TABLE order_epochs (
    order_id UUID PRIMARY KEY,
    epoch    BIGINT NOT NULL CHECK (epoch >= 0)
) WITH (fillfactor = 80);
