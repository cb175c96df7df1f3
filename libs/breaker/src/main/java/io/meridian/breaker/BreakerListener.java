package io.meridian.breaker;

/**
 * Is told what breakers do. Called on the threads that make the calls: it must be quick. What it throws breaks nothing, as
 * {@link BreakerListeners} sees to.
 */
public interface BreakerListener {

    /** A call was not made. */
    default void rejected(String breaker, Rejection why) {}

    /**
     * A breaker went from one state to another.
     *
     * @param from, to one of {@code CLOSED}, {@code OPEN}, {@code HALF_OPEN}, {@code FORCED_OPEN}, {@code DISABLED},
     *     {@code METRICS_ONLY}
     * @param why a sentence for people, with the figures that led to it
     */
    default void changed(String breaker, String from, String to, String why) {}

    /** A call entered of which nobody said how long its answer is wanted. */
    default void withoutDeadline(String breaker) {}
}
