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
 * @param firstRetry the wait before what is unknown is asked about again; doubles with every attempt in vain
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

    /** When to try again after one more attempt in vain. */
    Instant retryAt(Payment payment, Instant now) {
        var doublings = Math.min(payment.attempts(), MOST_DOUBLINGS);
        var wait = firstRetry.multipliedBy(1L << doublings);
        return now.plus(wait.compareTo(longestRetry) < 0 ? wait : longestRetry);
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be longer than zero, was " + value);
        }
    }
}
