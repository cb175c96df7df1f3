package io.meridian.snapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a source says at once. Without changes it is a sign of life.
 *
 * @param kind what the changes are
 * @param changes in the order in which they happened; in a list each key once
 * @param more whether the next batch belongs to this one, and nothing of either may be seen before the last
 * @param cursor where to go on after this batch; what it means only the source knows
 * @param age how old at most the source's own knowledge was when it said this: everything that had happened by then is in it, or was
 *     said before
 * @param committedAt when the oldest of the changes was committed, by the clock of the database; null if it is not known or there are none
 * @param sentAt when this was said, by the clock of the source; null if it is not known
 */
public record Batch<K, V>(
        Kind kind,
        List<? extends Change<K, V>> changes,
        boolean more,
        String cursor,
        Duration age,
        @Nullable Instant committedAt,
        @Nullable Instant sentAt) {

    /** What the changes of a batch are. */
    public enum Kind {
        /** What happened after what was said before. */
        CHANGES,
        /** All there is; what was known before counts for nothing. */
        LIST,
        /** All there is, at a moment of which everything was said before: whoever knows it otherwise has lost something. */
        CHECK
    }

    public Batch {
        changes = List.copyOf(changes);
    }
}
