package io.meridian.payment.authorising;

import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Unfinished;
import io.meridian.payment.model.State.Unknown;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long we wait for what.
 *
 * @param validity how long an authorisation waits for the order's confirmation before it is given back
 * @param inFlight how long after the intent whoever wrote it may still be at it; longer than the provider's timeout
 * @param unseen how long after the intent a request may still reach the provider; only then is "never heard of it" believed
 * @param firstRetry the longest wait before what is unknown is asked about again; doubles with every attempt in vain
 * @param longestRetry where the doubling ends
 */
public record Patience(
        Duration validity, Duration inFlight, Duration unseen, Duration firstRetry, Duration longestRetry) {

    /** 2^20 times any sensible first wait is beyond any sensible longest one, and far from overflow. */
    private static final int MOST_DOUBLINGS = 20;

    public Patience {
        positive("validity", validity);
        positive("inFlight", inFlight);
        positive("unseen", unseen);
        positive("firstRetry", firstRetry);
        if (longestRetry.compareTo(firstRetry) < 0) {
            throw new IllegalArgumentException(
                    "longestRetry must be at least firstRetry (" + firstRetry + "), was " + longestRetry);
        }
    }

    /** When someone looks after a payment that has just come into this state; null if nothing is left to do. */
    @Nullable Instant dueAt(State state, Instant now) {
        return switch (state) {
            case Authorised(_, var authorisation) -> authorisation.expiresAt();
            case Unknown _ -> now.plus(firstRetry);
            case Unfinished _ -> now.plus(inFlight);
            default -> null;
        };
    }

    /**
     * When to try again after one more attempt in vain: after half of the doubled wait, and of the other half as much as falls to this
     * payment ("equal jitter" of Brooker, Exponential Backoff and Jitter, AWS Architecture Blog 2015). What stopped together does not
     * come back together.
     */
    Instant retryAt(Payment payment, Instant now) {
        var doublings = Math.min(payment.attempts(), MOST_DOUBLINGS);
        var doubled = firstRetry.multipliedBy(1L << doublings);
        var nanos = (doubled.compareTo(longestRetry) < 0 ? doubled : longestRetry).toNanos();
        return now.plusNanos(nanos / 2 + (long) (nanos / 2 * share(payment)));
    }

    /**
     * In [0, 1), as good as chance from one payment and one attempt to the next, and the same each time it is asked: the mixing function
     * of SplitMix64 (Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators, 2014).
     */
    private static double share(Payment payment) {
        var z = payment.orderId().value().getLeastSignificantBits() + (payment.attempts() + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return ((z ^ z >>> 31) >>> 11) * 0x1.0p-53;
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be longer than zero, was " + value);
        }
    }
}
