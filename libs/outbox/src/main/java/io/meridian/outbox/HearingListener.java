package io.meridian.outbox;

import java.time.Duration;

/** Told what happens between a poll and a commit; for counting and timing. Return at once, throw nothing. */
public interface HearingListener {

    /**
     * A record has come to its end.
     *
     * @param type its {@code ce_type}; empty if it had none, or if nobody understood it
     * @param took since a worker began with it, all attempts and pauses included
     */
    default void ended(String listener, String topic, String type, Outcome outcome, Duration took) {}

    /** A record was acknowledged though nothing became of it. */
    default void dropped(String listener, String record) {}

    /** A partition was assigned and its scope opened. */
    default void opened(String listener, String partition) {}

    /**
     * A partition's scope was closed, for the only time.
     *
     * @param took since the member was told to give it up: draining and committing
     */
    default void closed(String listener, String partition, SessionEnd end, Duration took) {}

    /** More or fewer records may be worked on at once. */
    default void permits(String listener, int before, int now) {}

    /** The committed offset of a partition is where it must not be, and was so at the audit before. */
    default void misplaced(String listener, String partition, Misplaced how, long records) {}

    /** How a committed offset can be wrong. */
    enum Misplaced {
        /** Further behind what is finished than there can be records in hand: commits do not get through. */
        BEHIND,
        /** Ahead of what is finished: whatever lies between would be lost by a crash. */
        AHEAD
    }

    /** How the scope of a partition ended. */
    enum SessionEnd {
        /** Its work was done in time. */
        DRAINED,
        /** Its work was not done in time and was interrupted. */
        CANCELLED,
        /** It belonged to somebody else already; nothing was waited for, nothing committed. */
        LOST
    }
}
