package io.meridian.edges.faults;

import io.meridian.edges.Problem;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What goes wrong, on purpose, with the calls of one target. A call waits for a worker, is held up by the latency, and then fails or
 * goes on; its worker is free again when it has ended. So {@code workers}, {@code latencyMs} and {@code spread} together are a server
 * with that many workers, one queue and log-normal service times.
 *
 * @param target {@code <service>.<call>} in lower case, or {@code <service>.*} for all calls of a service together
 * @param latencyMs how long a call is held up on average, in milliseconds; 0 for not at all
 * @param spread the sigma of a log-normal distribution of that time, whose mean is {@code latencyMs}; 0 for always the same
 * @param workers how many calls are inside at a time while the others queue, first come, first served; 0 for as many as come
 * @param errorRate the share of calls that fail, after they were held up
 * @param error what they fail with: {@link Problem#DEPENDENCY_UNAVAILABLE} or {@link Problem#INTERNAL}
 * @param hang whether calls do not go on at all before the fault is over; then there is neither latency nor error
 * @param forSeconds how long it lasts; a fault always has an end
 */
public record Fault(
        String target,
        int latencyMs,
        double spread,
        int workers,
        double errorRate,
        Problem error,
        boolean hang,
        int forSeconds) {

    /** The longest average latency, in milliseconds. */
    public static final int MOST_LATENCY_MS = 60_000;

    /** The widest spread: beyond it, the slowest of ten thousand calls would take a thousand times the mean. */
    public static final double MOST_SPREAD = 2;

    public static final int MOST_WORKERS = 1_000;

    /** The longest life of a fault, in seconds. */
    public static final int LONGEST_SECONDS = 600;

    /** The life of a fault for which nobody names one, in seconds. */
    public static final int USUAL_SECONDS = 30;

    private static final Pattern TARGET = Pattern.compile("[a-z][a-z0-9-]{0,63}\\.([a-z][a-z0-9-]{0,63}|\\*)");
    private static final int SHOWN = 64;

    public Fault {
        if (!TARGET.matcher(target).matches()) {
            throw new IllegalArgumentException("target must be <service>.<call> or <service>.*, was \"" + shown(target) + "\"");
        }
        within("latencyMs", latencyMs, 0, MOST_LATENCY_MS);
        within("spread", spread, 0, MOST_SPREAD);
        within("workers", workers, 0, MOST_WORKERS);
        within("errorRate", errorRate, 0, 1);
        within("forSeconds", forSeconds, 1, LONGEST_SECONDS);
        if (error != Problem.DEPENDENCY_UNAVAILABLE && error != Problem.INTERNAL) {
            throw new IllegalArgumentException("error must be unavailable or internal, was " + error);
        }
        if (hang && (latencyMs > 0 || errorRate > 0)) {
            throw new IllegalArgumentException("hang must stand without latencyMs and errorRate: a call that hangs is not answered");
        }
        if (spread > 0 && latencyMs == 0) {
            throw new IllegalArgumentException("spread must stand with a latencyMs of 1 and more, was " + spread + " without");
        }
        if (!hang && latencyMs == 0 && errorRate == 0 && workers == 0) {
            throw new IllegalArgumentException("a fault must have one of latencyMs, errorRate, workers and hang");
        }
    }

    /** What all calls of a service are called together. */
    static String allOf(String target) {
        return target.substring(0, target.indexOf('.') + 1) + "*";
    }

    static String shown(String fromRequest) {
        return fromRequest.length() <= SHOWN ? fromRequest : fromRequest.substring(0, SHOWN) + "…";
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s must be in %d..%d, was %d".formatted(name, least, most, value));
        }
    }

    private static void within(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s must be in %.0f..%.0f, was %s", name, least, most, value));
        }
    }
}
