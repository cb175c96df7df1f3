-- What the write-ahead log tells to those who watch the stock: every commit, in order, at no cost to whoever commits. The slots that
-- read it are temporary; without a watcher there is none.
CREATE PUBLICATION meridian_stock FOR TABLE stock WITH (publish = 'insert, update, delete');
