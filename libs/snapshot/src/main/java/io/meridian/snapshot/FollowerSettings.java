package io.meridian.snapshot;

import java.time.Duration;

/**
 * How a follower follows.
 *
 * @param checkEvery how often everything is asked for once more, to find and repair what was lost on the way; zero never asks
 * @param lateAfter the age from which on what is known counts as late
 * @param silence after which a stream that says nothing counts as dead; sources give a sign of life twice a second
 * @param firstPause before the first new attempt; each further one waits up to twice as long
 * @param longestPause between two attempts
 * @param notOfferedPause before a source that did not know the question is asked again
 */
public record FollowerSettings(
        Duration checkEvery,
        Duration lateAfter,
        Duration silence,
        Duration firstPause,
        Duration longestPause,
        Duration notOfferedPause) {

    /** Ten minutes, as Kubernetes' informers have it; two seconds, above which nobody calls it immediate. */
    public static final FollowerSettings USUAL = new FollowerSettings(
            Duration.ofMinutes(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofMinutes(1));

    public FollowerSettings {
        if (checkEvery.isNegative()) {
            throw new IllegalArgumentException("checkEvery must be positive, or zero for never, was " + checkEvery);
        }
        requirePositive("lateAfter", lateAfter);
        requirePositive("silence", silence);
        requirePositive("firstPause", firstPause);
        requirePositive("notOfferedPause", notOfferedPause);
        if (longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "longestPause must be at least firstPause (" + firstPause + "), was " + longestPause);
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive, was " + value);
        }
    }
}
