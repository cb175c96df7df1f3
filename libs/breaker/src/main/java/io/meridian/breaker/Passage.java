package io.meridian.breaker;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One call that was admitted. Gives the permit back with the first word of what became of the call; what is said after that, by whichever
 * thread, does nothing. So a call that may end in several ways at once needs no care of its own.
 */
public final class Passage {

    private final Breaker breaker;
    private final long permit;
    private final long remainingAtEntryNanos;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Passage(Breaker breaker, long permit, long remainingAtEntryNanos) {
        this.breaker = breaker;
        this.permit = permit;
        this.remainingAtEntryNanos = remainingAtEntryNanos;
    }

    /**
     * Asks the breaker.
     *
     * @param remainingNanos how long the answer is still wanted, see {@link Breaker#enter}
     * @throws CallRejectedException if the call is not to be made; then there is nothing to give back
     */
    public static Passage through(Breaker breaker, long remainingNanos) {
        long permit = breaker.enter(remainingNanos);
        if (permit < 0) {
            throw CallRejectedException.of(breaker, permit);
        }
        return new Passage(breaker, permit, remainingNanos);
    }

    /** Says what became of the call. */
    public void end(Outcome outcome) {
        if (ended.compareAndSet(false, true)) {
            breaker.leave(permit, outcome, remainingAtEntryNanos);
        }
    }
}
