package io.meridian.breaker;

/** The states of a breaker, as Resilience4j knows them. */
public enum BreakerState {

    /** Calls are made, as many as the dependency can answer in good time. */
    CLOSED,

    /** No call is made until the wait is over. */
    OPEN,

    /** A few calls are made to see whether it works again. */
    HALF_OPEN,

    /** No call is made until an operator says otherwise. */
    FORCED_OPEN,

    /** Every call is made, and nothing is learnt. */
    DISABLED,

    /** Every call is made; what would have been refused can be seen from the figures. */
    METRICS_ONLY
}
