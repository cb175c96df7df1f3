package io.meridian.order.settling;

import java.time.Duration;

/**
 * How unfinished orders are driven on.
 *
 * @param atOnce the most orders driven at the same time by one instance
 * @param lease for how long a driver has an order to itself; longer than one drive takes
 * @param firstPause between the first and the second attempt; it doubles from there
 * @param longestPause where the doubling ends
 * @param giveUpAfter the age at which an order that still waits is rejected
 */
public record Settling(
        int atOnce, Duration lease, Duration firstPause, Duration longestPause, Duration giveUpAfter) {

    public Settling {
        if (atOnce < 1) {
            throw new IllegalArgumentException("atOnce must be at least 1, was " + atOnce);
        }
        if (!firstPause.isPositive() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("pauses must be positive and end no shorter than they begin, were "
                    + firstPause + " to " + longestPause);
        }
        if (!lease.isPositive() || !giveUpAfter.isPositive()) {
            throw new IllegalArgumentException(
                    "lease and giveUpAfter must be positive, were " + lease + " and " + giveUpAfter);
        }
    }

    /** The pause after the given attempt, counted from 1. */
    Duration pauseAfter(int attempts) {
        var doublings = Math.min(attempts - 1, 30);
        var millis = Math.min(longestPause.toMillis(), firstPause.toMillis() << doublings);
        return Duration.ofMillis(millis);
    }
}
