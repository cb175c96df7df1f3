package io.meridian.breaker;

import java.time.Duration;

/** A call was not made. Has no stack trace: it is thrown often, when there is least time for it, and its place says nothing. */
public final class CallRejectedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String breaker;
    private final Rejection reason;
    private final Duration retryAfter;

    /** @param retryAfter when it is worth asking again; zero if there is nothing to wait for */
    public CallRejectedException(String breaker, Rejection reason, Duration retryAfter) {
        super(breaker + " was not asked: " + reason, null, false, false);
        this.breaker = breaker;
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /**
     * What to throw after a refusal.
     *
     * @param refusedPermit what {@link Breaker#enter} returned
     */
    public static CallRejectedException of(Breaker breaker, long refusedPermit) {
        return new CallRejectedException(breaker.name(), Rejection.of(refusedPermit), breaker.retryAfter());
    }

    /** The name of the breaker that refused. */
    public String breaker() {
        return breaker;
    }

    public Rejection reason() {
        return reason;
    }

    /** When it is worth asking again; zero if there is nothing to wait for. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
