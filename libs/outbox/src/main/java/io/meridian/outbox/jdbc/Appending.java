package io.meridian.outbox.jdbc;

/** Where an appended event is written; either way in the caller's transaction, and published by the same relay. */
public enum Appending {
    /** Into the table {@code outbox_events}: what was said can be looked at, and published again. */
    TABLE,

    /**
     * Into the write-ahead log alone, as a logical message ({@code pg_logical_emit_message}): half the writing and nothing to prune,
     * but what is said while there is no slot, or in a slot that PostgreSQL gives up, is lost, and nothing can be published again. Without a
     * row there is no number of one either ({@code ce_sequence}): receivers cannot tell an older event from a newer one.
     */
    MESSAGE
}
