package io.meridian.deadline;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What becomes of a call to a neighbour outside any scope: nobody said how long its answer is wanted, so nothing bounds it but the
 * neighbour's patience. In production it is counted and made; a test can have it refused, to find the place that lost its scope.
 *
 * <p>It sleeps until {@link #watch()}: what a service asks while it starts (migrations, warming up) serves nobody yet.
 */
public final class MissingDeadline {

    /** What to do about it. */
    public enum Policy {
        COUNT,
        REFUSE
    }

    private final Policy policy;
    private final DeadlineListener listener;
    private final AtomicBoolean watching = new AtomicBoolean();

    public MissingDeadline(Policy policy, DeadlineListener listener) {
        this.policy = policy;
        this.listener = listener;
    }

    /** From now on a missing scope matters. */
    public void watch() {
        watching.set(true);
    }

    /**
     * To be called where a neighbour is about to be asked without a scope.
     *
     * @throws IllegalStateException if that is refused
     */
    public void met(Stage stage) {
        if (!watching.get()) {
            return;
        }
        listener.missing(stage);
        if (policy == Policy.REFUSE) {
            throw new IllegalStateException("a call (" + stage + ") outside any deadline scope, on thread "
                    + Thread.currentThread().getName()
                    + ": open one at the entry point, carry it to this thread, or detach the work with a reason");
        }
    }
}
