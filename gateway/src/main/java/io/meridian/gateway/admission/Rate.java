package io.meridian.gateway.admission;

import java.time.Duration;

/**
 * How often one client may ask: {@code perSecond} for as long as it likes, and {@code burst} at once after a rest. It is
 * the size and the refill of a token bucket.
 *
 * @param perSecond 1 to 100,000; kept as a whole number of microseconds per request, so exact where it divides
 *     1,000,000 and within 5 % at the upper end
 * @param burst at least 1; what a full bucket holds
 */
public record Rate(int perSecond, int burst) {

    public Rate {
        if (perSecond < 1 || perSecond > 100_000) {
            throw new IllegalArgumentException("perSecond must be in 1..100000, was " + perSecond);
        }
        if (burst < 1) {
            throw new IllegalArgumentException("burst must be at least 1, was " + burst);
        }
    }

    /** What one request costs: the time in which one token grows back. */
    public Duration cost() {
        return Duration.ofNanos(1_000L * Math.round(1_000_000.0 / perSecond));
    }

    /** The most that may be owed: the time in which an empty bucket fills. */
    public Duration credit() {
        return cost().multipliedBy(burst);
    }
}
