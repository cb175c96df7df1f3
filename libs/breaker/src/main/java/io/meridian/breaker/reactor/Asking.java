package io.meridian.breaker.reactor;

import io.meridian.breaker.retry.AttemptEnd;
import io.meridian.breaker.retry.Pushback;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One call that may take two attempts.
 *
 * @param <T> its answer, as soon as that has begun; what of it comes later is not attempted again
 */
public interface Asking<T> {

    /**
     * Asks. Emits one answer or fails; cancelling it must stop what it does, at the dependency too. It is not cancelled any more once it
     * has emitted: an answer that is not passed on is {@linkplain #drop dropped}.
     *
     * @param number 1 or 2; while there may be a hedge, the second must go to someone else than the first
     */
    Mono<T> attempt(int number);

    /** What an answer is. */
    AttemptEnd endOf(T answer);

    /** What a fault is. */
    AttemptEnd endOf(Throwable fault);

    /** When an answer asks to come again, in nanoseconds; negative if it does not say. */
    default long pushbackNanos(T answer) {
        return Pushback.NONE;
    }

    /** Frees what an answer holds that is not passed on. Called once for it, and never for the one that is. */
    void drop(T answer);

    /** How long the answer is still wanted, in nanoseconds. */
    long remainingNanos();

    /** Whether the call may be hedged: it changes nothing, and there are two to ask. */
    boolean isHedgeable();

    /** Whether someone else can be asked at this moment, who has room. */
    boolean canHedge();

    /** Where what follows a wait goes on. */
    Scheduler scheduler();
}
