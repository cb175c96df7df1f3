package io.meridian.deadline.kafka;

import java.time.Duration;

/**
 * What listeners may take.
 *
 * @param budget the most for one record, or one batch; never more than half of {@code max.poll.interval.ms} of its consumer
 * @param skewGuard how far apart the clocks of a command's sender and receiver may be
 */
public record ListenerSettings(Duration budget, Duration skewGuard) {

    /** Long enough for a slow database, short enough for the default {@code max.poll.interval.ms} of five minutes. */
    public static final Duration USUAL_BUDGET = Duration.ofSeconds(30);

    /** More than machines differ whose clocks are kept by NTP. */
    public static final Duration USUAL_SKEW_GUARD = Duration.ofMillis(500);

    private static final Duration MOST_SKEW = Duration.ofMinutes(1);

    public ListenerSettings {
        if (!budget.isPositive()) {
            throw new IllegalArgumentException("a listener's budget must be positive, was " + budget);
        }
        if (skewGuard.isNegative() || skewGuard.compareTo(MOST_SKEW) > 0) {
            throw new IllegalArgumentException("the skew guard must be in 0.." + MOST_SKEW + ", was " + skewGuard);
        }
    }

    /** What a listener may take whose consumer has to poll again within {@code maxPollInterval}. */
    Duration budgetWithin(Duration maxPollInterval) {
        var half = maxPollInterval.dividedBy(2);
        return half.isPositive() && half.compareTo(budget) < 0 ? half : budget;
    }
}
