package io.meridian.breaker;

import java.time.Duration;

/**
 * Decides when to stop asking one dependency. Every call enters and, if it was admitted, leaves exactly once:
 *
 * <pre>{@code
 * long permit = breaker.enter(remaining);
 * if (permit < 0) {
 *     throw CallRejectedException.of(breaker, permit);
 * }
 * var outcome = Outcome.FAILED;
 * try {
 *     var answer = ask();
 *     outcome = Outcome.SUCCEEDED;
 *     return answer;
 * } finally {
 *     breaker.leave(permit, outcome, remaining);
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads; the thread that leaves need not be the one that entered. A permit that is never given back counts as
 * a call in flight for ever.
 */
public interface Breaker {

    /** The remaining time of a call that nobody bounded. */
    long NO_DEADLINE = Long.MAX_VALUE;

    /** The dependency's name. */
    String name();

    /**
     * Asks to make a call. Allocates nothing.
     *
     * @param remainingNanos how long the answer is still wanted, in nanoseconds; {@link #NO_DEADLINE} if nobody said. A call with 0 or
     *     less left is refused, because no answer can come in time
     * @return a permit, at least 0; or a refusal, less than 0, which {@link Rejection#of} explains
     */
    long enter(long remainingNanos);

    /**
     * Gives a permit back with what became of its call. Giving back a refusal does nothing.
     *
     * @param permit what {@link #enter} returned for this call
     * @param remainingAtEntryNanos what {@link #enter} was told for this call
     */
    void leave(long permit, Outcome outcome, long remainingAtEntryNanos);

    /** When it is worth asking again after a refusal; zero if there is nothing to wait for. */
    default Duration retryAfter() {
        return snapshot().retryAfter();
    }

    /** What it is doing and why, for people and consoles. Its figures may be of slightly different moments. */
    BreakerSnapshot snapshot();
}
