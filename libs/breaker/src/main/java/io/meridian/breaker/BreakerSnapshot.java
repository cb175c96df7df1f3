package io.meridian.breaker;

import java.time.Duration;
import java.util.Map;

/**
 * What a breaker does at the moment, and why.
 *
 * @param name the dependency
 * @param state {@code CLOSED}, {@code OPEN}, {@code HALF_OPEN}, {@code FORCED_OPEN}, {@code DISABLED} or {@code METRICS_ONLY}
 * @param why what led to the state, as a sentence with its figures; empty as long as it is in its first
 * @param inState since when it is in this state
 * @param retryAfter when it is worth asking again; zero unless the way is closed
 * @param limit how many calls may be in flight
 * @param inFlight how many are
 * @param targetNanos the latency that the limit is steered to; 0 before anything is known
 * @param slowThresholdNanos from when on an answer counts as slow
 * @param p50Nanos the median latency of the last second, with calls that are still in flight and those that ran out of time; 0 before
 *     anything is known. Where half of them have not been answered yet, the longest that was observed
 * @param p90Nanos the same for nine in ten
 * @param usualP50Nanos the median in good times
 * @param throttle the share of calls that is spared a failing dependency, 0 to 1
 * @param rejections how many calls were not made, by reason, since the start
 * @param admitted how many calls were made since the start
 * @param succeeded how many of them succeeded
 * @param failed how many of them failed
 * @param censored of how many of them is known only that they take longer than they had
 * @param withoutDeadline how many entered of which nobody said how long their answer is wanted
 * @param cusum the evidence that the dependency is down; the breaker opens at {@code cusumAlarm} if hardly anything succeeds as well
 * @param cusumAlarm what {@code cusum} is held against
 */
public record BreakerSnapshot(
        String name,
        String state,
        String why,
        Duration inState,
        Duration retryAfter,
        int limit,
        int inFlight,
        long targetNanos,
        long slowThresholdNanos,
        long p50Nanos,
        long p90Nanos,
        long usualP50Nanos,
        double throttle,
        Map<Rejection, Long> rejections,
        long admitted,
        long succeeded,
        long failed,
        long censored,
        long withoutDeadline,
        double cusum,
        double cusumAlarm) {

    public BreakerSnapshot {
        rejections = Map.copyOf(rejections);
    }
}
