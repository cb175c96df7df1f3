package io.meridian.gateway.admission;

import java.time.Duration;

/**
 * What a bucket answered one request.
 *
 * <p>A bucket is kept as a debt, the time after which it will be full again: each admitted request adds its
 * {@linkplain Rate#cost() cost} and passing time pays it back. It is the generic cell rate algorithm (ITU-T I.371),
 * which admits exactly what a token bucket does with one number instead of two.
 *
 * @param admitted whether the request may pass
 * @param rate the rate it was measured by
 * @param debt the debt after this request; a refused one adds nothing
 */
public record Allowance(boolean admitted, Rate rate, Duration debt) {

    /** The answer to one more request of a client that owes {@code debt}. */
    static Allowance after(Duration debt, Rate rate) {
        var owed = debt.isNegative() ? Duration.ZERO : debt.compareTo(rate.credit()) > 0 ? rate.credit() : debt;
        var more = owed.plus(rate.cost());
        return more.compareTo(rate.credit()) > 0
                ? new Allowance(false, rate, owed)
                : new Allowance(true, rate, more);
    }

    /** How many more requests would be admitted at this moment. */
    public long remaining() {
        return rate.credit().minus(debt).dividedBy(rate.cost());
    }

    /** Whole seconds after which a refused client may ask again; at least 1. */
    public long retryAfterSeconds() {
        return Math.max(1, secondsUp(debt.plus(rate.cost()).minus(rate.credit())));
    }

    /** Whole seconds until the bucket is full again. */
    public long resetSeconds() {
        return secondsUp(debt);
    }

    private static long secondsUp(Duration time) {
        return time.plusNanos(999_999_999).toSeconds();
    }
}
