package io.meridian.breaker.shedding;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call, from its arrival at the door until it is closed. Whoever arrived closes, whatever became of it: that gives the place back, or
 * takes the call out of the queue. Safe for use by many threads.
 */
public interface Visit extends AutoCloseable {

    /**
     * Waits until the call may begin, or is refused. No lock is held meanwhile, and a virtual thread gives up its carrier.
     *
     * @return the refusal; empty if the call may begin
     * @throws InterruptedException if the thread is interrupted while it waits; the call is out of the queue then and the visit closed
     */
    Optional<Refusal> await() throws InterruptedException;

    /** What the call is taken for. */
    Importance importance();

    /** Does the call's work: in it, this is {@link Doorkeeper#current()}. */
    <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<R, X> work) throws X;

    /**
     * The call, which has begun, does nothing here until somebody else has answered: others may have its place. Each of these needs one
     * {@link #stepIn}; of several at once, the first and the last count.
     */
    void stepOut();

    /** Somebody else has answered. The call goes on at once, and for a while one more may work than the limit. */
    void stepIn();

    /** Nobody waits for the answer any more: takes the call out of the queue. One that has begun goes on, and keeps its place. */
    void giveUp();

    /** Ends it. Doing so again does nothing; a thread that waits for it is told {@link Shed#ABANDONED}. */
    @Override
    void close();
}
