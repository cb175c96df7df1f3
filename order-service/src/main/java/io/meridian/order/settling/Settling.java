package io.meridian.order.settling;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How unfinished orders are driven on.
 *
 * @param atOnce the most orders driven at the same time by one instance
 * @param lease for how long a driver has an order to itself; longer than one drive takes
 * @param firstPause the most between the first and the second attempt; it doubles from there
 * @param longestPause where the doubling ends; {@link #LONGEST_PAUSE} at most
 * @param giveUpAfter the age at which an order that still waits is rejected
 */
public record Settling(
        int atOnce, Duration lease, Duration firstPause, Duration longestPause, Duration giveUpAfter) {

    /** An order ends within a minute of the moment its neighbours are well again, so it may not pause for longer. */
    public static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    public Settling {
        if (atOnce < 1) {
            throw new IllegalArgumentException("atOnce must be at least 1, was " + atOnce);
        }
        if (!firstPause.isPositive() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("pauses must be positive and end no shorter than they begin, were "
                    + firstPause + " to " + longestPause);
        }
        if (longestPause.compareTo(LONGEST_PAUSE) > 0) {
            throw new IllegalArgumentException(
                    "longestPause must be at most " + LONGEST_PAUSE + ", was " + longestPause);
        }
        if (!lease.isPositive() || !giveUpAfter.isPositive()) {
            throw new IllegalArgumentException(
                    "lease and giveUpAfter must be positive, were " + lease + " and " + giveUpAfter);
        }
    }

    /**
     * The pause after the given attempt, counted from 1: half of the doubled one, and of the other half as much as chance says ("equal
     * jitter" of Brooker, Exponential Backoff and Jitter, AWS Architecture Blog 2015). What stopped together does not come back
     * together, and no order is asked for in vain much more often than the doubling allows.
     */
    Duration pauseAfter(int attempts, RandomGenerator random) {
        var doublings = Math.min(attempts - 1, 30);
        var millis = Math.min(longestPause.toMillis(), firstPause.toMillis() << doublings);
        var sure = (millis + 1) / 2;
        return Duration.ofMillis(sure + random.nextLong(millis - sure + 1));
    }
}
