package io.meridian.deadline;

import java.time.Duration;

/**
 * What a hop keeps back of the remaining time for the way there and back and for its own answer, so that whoever asked has the
 * refusal before it stops waiting.
 *
 * @param least never less than this, as long as that leaves anything
 * @param most never more than this
 * @param roundTrips this many times the one-way time of the network
 * @param share of what remains, 0 to 1
 */
public record Reserve(Duration least, Duration most, double roundTrips, double share) {

    /** At least 5 ms, twice the one-way time or 3 % of what remains, whichever is most; at most 50 ms. */
    public static final Reserve USUAL = new Reserve(Duration.ofMillis(5), Duration.ofMillis(50), 2, 0.03);

    public Reserve {
        if (least.isNegative() || most.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    "a reserve needs 0 <= least <= most, was least " + least + ", most " + most);
        }
        if (!(roundTrips >= 0) || Double.isInfinite(roundTrips)) {
            throw new IllegalArgumentException("round trips must be at least 0, was " + roundTrips);
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("the share must be in 0..1, was " + share);
        }
    }

    /** In nanoseconds, as {@code remainingNanos} and the estimate of the one-way time are. */
    long of(long remainingNanos, long oneWayNanos) {
        var wanted = Math.max(roundTrips * oneWayNanos, share * Math.max(0, remainingNanos));
        return Math.clamp((long) wanted, least.toNanos(), most.toNanos());
    }
}
