package io.meridian.breaker.resilience4j;

/** Stands in Resilience4j's events for a failure of which only the outcome was reported. */
final class CallFailed extends RuntimeException {

    static final CallFailed IN_SOME_WAY = new CallFailed("the call failed");
    static final CallFailed OUT_OF_TIME = new CallFailed("the call ran out of time");

    private static final long serialVersionUID = 1;

    private CallFailed(String message) {
        super(message, null, false, false);
    }
}
