-- Why the last attempt to bring the order to its end failed, for people; stays as it is when the order ends.
ALTER TABLE order_status ADD COLUMN last_failure TEXT;
