package io.meridian.order.placing;

import java.time.Duration;

/**
 * How long one drive of an order waits for others.
 *
 * @param hold for inventory's answer
 * @param authorise for payment's answer
 * @param total for both together; what is left of it bounds each call
 * @param release for giving a hold back early
 * @param margin how long before a hold runs out it no longer counts, for the way of the confirmation to inventory
 */
public record Patience(Duration hold, Duration authorise, Duration total, Duration release, Duration margin) {

    public Patience {
        requirePositive("hold", hold);
        requirePositive("authorise", authorise);
        requirePositive("total", total);
        requirePositive("release", release);
        if (margin.isNegative()) {
            throw new IllegalArgumentException("margin must not be negative, was " + margin);
        }
    }

    private static void requirePositive(String name, Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive, was " + duration);
        }
    }
}
