package io.meridian.outbox;

import java.time.Duration;

/**
 * How far publishing is behind, as PostgreSQL saw it a few seconds ago; also while nobody relays.
 *
 * @param bytes write-ahead log since the position up to which everything is published, of this database and of all others
 * @param limitBytes what the slot may hold back before PostgreSQL gives it up (max_slot_wal_keep_size); -1 if there is no limit, and a
 *     slot that nobody reads fills the disk
 * @param age how long something committed has been waiting to be confirmed, at least: the age of the oldest heartbeat that waits; zero
 *     if none does. As exact as the looks at the slot are frequent
 * @param pending events of the table after the last one known to be published: what waits, and in a working relay now and then one that
 *     has just gone out. Counted up to 100,000
 * @param oldestPending age of the oldest of these; zero if there are none
 */
public record RelayLag(long bytes, long limitBytes, Duration age, long pending, Duration oldestPending) {}
