package io.meridian.breaker;

/** Knows how long the answer to the work at hand is still wanted. A service implements it with whatever carries its deadlines. */
@FunctionalInterface
public interface RemainingTime {

    /** Nobody ever says. */
    RemainingTime UNKNOWN = () -> Breaker.NO_DEADLINE;

    /** What is left, in nanoseconds; 0 or less if it is over, {@link Breaker#NO_DEADLINE} if nobody said. */
    long nanos();
}
