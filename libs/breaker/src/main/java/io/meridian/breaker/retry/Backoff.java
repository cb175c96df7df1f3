package io.meridian.breaker.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before asking again: anything from nothing to {@code first}·2<sup>n</sup>, at most {@code most}; "full jitter" of
 * Brooker, Exponential Backoff and Jitter, 2015. Whoever failed together does not come again together.
 *
 * @param first the longest wait before the first repetition
 * @param most the longest wait before any
 */
public record Backoff(Duration first, Duration most) {

    /** 25 ms, doubled up to 250 ms: an instance that restarts is away for longer, one that was passed over by chance is not. */
    public static final Backoff USUAL = new Backoff(Duration.ofMillis(25), Duration.ofMillis(250));

    public Backoff {
        if (first.isNegative() || most.compareTo(first) < 0 || most.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "a backoff needs 0 <= first <= most <= 1 min, was first " + first + ", most " + most);
        }
    }

    /**
     * A wait in nanoseconds.
     *
     * @param repetition 0 for the first
     */
    public long nanos(int repetition, RandomGenerator random) {
        var bound = first.toNanos();
        for (var doubled = 0; doubled < repetition && bound < most.toNanos(); doubled++) {
            bound *= 2;
        }
        bound = Math.min(bound, most.toNanos());
        return random.nextLong(bound + 1);
    }
}
