package io.meridian.breaker.ejection;

import java.time.Duration;

/**
 * When an instance is left alone, and for how long.
 *
 * @param inARow failures without a success between them that are enough, if the others do much better; at least 1
 * @param firstOut how long the first time; doubled each time it fails again; at least 1 ms
 * @param longestOut at most so long; not below {@code firstOut}, at most an hour
 * @param requestsPerProbe requests to the others for each one that looks after an instance which is out; at least 1
 */
public record EjectionSettings(int inARow, Duration firstOut, Duration longestOut, int requestsPerProbe) {

    private static final Duration HOUR = Duration.ofHours(1);

    /**
     * Five in a row is the {@code consecutive_5xx} of Envoy's outlier detection. Its 30 s of ejection suit a return without a
     * look beforehand, which lets half the traffic fail again; where a single request looks first, 1 to 10 s are enough. One of 200 is
     * half of the one per cent that a bad instance may get.
     */
    public static final EjectionSettings USUAL = new EjectionSettings(5, Duration.ofSeconds(1), Duration.ofSeconds(10), 200);

    public EjectionSettings {
        if (inARow < 1) {
            throw new IllegalArgumentException("inARow must be at least 1, was " + inARow);
        }
        if (firstOut.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("firstOut must be at least 1 ms, was " + firstOut);
        }
        if (longestOut.compareTo(firstOut) < 0 || longestOut.compareTo(HOUR) > 0) {
            throw new IllegalArgumentException(
                    "longestOut must be between firstOut (" + firstOut + ") and an hour, was " + longestOut);
        }
        if (requestsPerProbe < 1) {
            throw new IllegalArgumentException("requestsPerProbe must be at least 1, was " + requestsPerProbe);
        }
    }

    /**
     * How long an instance is out that is so for the n-th time: {@code firstOut * 2^(n-1)}, at most {@code longestOut}.
     *
     * @param times n, at least 1
     * @param jitter in [0, 1): spreads the time from 0.8 to 1.2 of that, so that not every caller looks at the same moment
     */
    long outNanos(int times, double jitter) {
        var doubled = firstOut.toNanos() * Math.pow(2, Math.min(times - 1, 30));
        return (long) (Math.min(doubled, longestOut.toNanos()) * (0.8 + 0.4 * jitter));
    }
}
