package io.meridian.breaker.ejection.grpc;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Settings of grpc-java's {@code outlier_detection_experimental} over {@code round_robin}, as a service config says them (gRFC A50).
 * Calls go round the instances that are connected. Every interval, an instance of which more than {@code failing} of at least
 * {@code calls} calls failed is left alone, if there is another with as many calls; of five and more, also one that is 1.9 standard
 * deviations below the mean of their success. Then it gets its whole share back, for as long as it does not fail again.
 *
 * <p>Every status but OK counts as a failure, a deadline that passed and a caller that left among them: so {@code failing} has to be high,
 * and what all instances suffer from may leave one of two alone. Never more than half are.
 *
 * @param interval how often the instances are compared; 100 ms to a minute
 * @param out how long an instance is left alone, times how often in succession that happened; at least {@code interval}
 * @param longestOut at most so long; not below {@code out}, at most an hour
 * @param failing the share of failed calls that is too much, in [0.5, 1); in whole per cent
 * @param calls of an interval that an instance is judged by; at least 1
 */
public record OutlierDetection(Duration interval, Duration out, Duration longestOut, double failing, int calls) {

    /** In per cent. Ejecting goes on until this is reached, so a third of them is what leaves never more than half out. */
    private static final double MOST_OUT = 33;

    public OutlierDetection {
        if (interval.compareTo(Duration.ofMillis(100)) < 0 || interval.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("interval must be between 100 ms and a minute, was " + interval);
        }
        if (out.compareTo(interval) < 0) {
            throw new IllegalArgumentException("out must be at least interval (" + interval + "), was " + out);
        }
        if (longestOut.compareTo(out) < 0 || longestOut.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "longestOut must be between out (" + out + ") and an hour, was " + longestOut);
        }
        if (!(failing >= 0.5 && failing < 1)) {
            throw new IllegalArgumentException("failing must be in [0.5, 1), was " + failing);
        }
        if (calls < 1) {
            throw new IllegalArgumentException("calls must be at least 1, was " + calls);
        }
    }

    /** The value of {@code loadBalancingConfig} in a service config. */
    public List<Map<String, ?>> loadBalancingConfig() {
        return List.of(Map.of(
                "outlier_detection_experimental",
                Map.of(
                        "interval", seconds(interval),
                        "baseEjectionTime", seconds(out),
                        "maxEjectionTime", seconds(longestOut),
                        "maxEjectionPercentage", MOST_OUT,
                        "failurePercentageEjection",
                                Map.of(
                                        "threshold", (double) Math.round(100 * failing),
                                        "minimumHosts", 2.0,
                                        "requestVolume", (double) calls),
                        "successRateEjection", Map.of("minimumHosts", 5.0, "requestVolume", 20.0),
                        "childPolicy", List.of(Map.of("round_robin", Map.of())))));
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%d.%09ds", time.toSeconds(), time.toNanosPart());
    }
}
