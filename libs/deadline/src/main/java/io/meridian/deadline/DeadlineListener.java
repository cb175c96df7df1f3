package io.meridian.deadline;

import java.time.Duration;

/**
 * Is told what becomes of deadlines. Called on the threads that do the work: it must be quick. What it throws is logged by nobody and
 * breaks nothing, as {@link DeadlineListeners} sees to.
 */
public interface DeadlineListener {

    /** An entry point opened a scope with this budget. */
    default void opened(DeadlineScope scope) {}

    /**
     * The work of an entry point ended.
     *
     * @param granted its budget
     * @param used how long the work took; more than was granted if it went on after the end
     * @param scope says whether and why it was over by then
     */
    default void closed(DeadlineScope scope, Duration granted, Duration used) {}

    /** A request was refused by an entry point without any work, because nothing was left of its budget. */
    default void refusedAtEntry(String entry) {}

    /** A call was given this budget; {@code reserved} was kept back for the way and the answer. */
    default void granted(String hop, Duration granted, Duration reserved) {}

    /** A call to {@code hop} ended after {@code used}. */
    default void returned(String hop, Duration granted, Duration reserved, Duration used) {}

    /** A call was not made: {@code left} was too little for it. */
    default void refusedBeforeDispatch(String hop, Duration left) {}

    /** The end of a scope stopped work at this stage. */
    default void stopped(Stage stage, Ending ending) {}

    /** Something was asked of a neighbour outside any scope, so without a bound that a caller set. */
    default void missing(Stage stage) {}

    /** A caller sent a timeout that cannot be read. */
    default void malformed(String header) {}
}
