-- When somebody was told that the order does not end by itself: once per order, whichever instance noticed.
ALTER TABLE order_status ADD COLUMN stuck_since TIMESTAMPTZ;
