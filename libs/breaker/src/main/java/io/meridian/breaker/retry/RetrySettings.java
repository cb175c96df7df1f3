package io.meridian.breaker.retry;

import java.time.Duration;

/**
 * How calls to a dependency are repeated and hedged.
 *
 * @param attempts how often a request is sent at most, 1 or 2; with 1 it is neither repeated nor hedged
 * @param backoff how long is waited in between
 * @param leastUseful what a second attempt needs of the remaining time to be worth making; it needs the median of the latest answers too
 * @param hedgeAfter the soonest a read is asked a second time while the first has not answered; later if the slowest of twenty answers
 *     take longer
 */
public record RetrySettings(int attempts, Backoff backoff, Duration leastUseful, Duration hedgeAfter) {

    /** Two attempts, 25 ms to 250 ms apart, if 20 ms are left; hedged after 5 ms. */
    public static final RetrySettings USUAL =
            new RetrySettings(2, Backoff.USUAL, Duration.ofMillis(20), Duration.ofMillis(5));

    public RetrySettings {
        if (attempts < 1 || attempts > 2) {
            throw new IllegalArgumentException("attempts must be 1 or 2, was " + attempts);
        }
        if (leastUseful.isNegative()) {
            throw new IllegalArgumentException("the least useful time is never negative, was " + leastUseful);
        }
        if (!hedgeAfter.isPositive()) {
            throw new IllegalArgumentException("a hedge must come after a positive time, was " + hedgeAfter);
        }
    }
}
