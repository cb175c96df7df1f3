package io.meridian.deadline.http;

import io.meridian.deadline.BudgetHeader;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One request while it is served, by whichever threads. */
final class Serving {

    /** The attribute of the request that it is kept in, for its next dispatch. */
    static final String ATTRIBUTE = "io.meridian.deadline.http.Serving";

    private static final ScopedValue<Serving> CURRENT = ScopedValue.newInstance();

    private final DeadlineScope scope;
    private final long arrivedNanos;
    private final DeadlineListener listener;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Something it needed was refused or stopped for lack of time, which a hop does a little before the deadline itself. */
    private volatile boolean cutShort;

    Serving(long arrivedNanos, Deadline deadline, DeadlineListener listener) {
        this.scope = DeadlineScope.root("http", deadline);
        this.arrivedNanos = arrivedNanos;
        this.listener = listener;
    }

    /** What the current thread serves; null if nothing. */
    static @Nullable Serving currentOrNull() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /** Runs {@code work} as part of it; its thread is interrupted when nobody waits any more. */
    <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<R, X> work) throws X {
        return scope.call(() -> ScopedValue.where(CURRENT, this).call(work));
    }

    DeadlineScope scope() {
        return scope;
    }

    void cutShort() {
        cutShort = true;
    }

    /** Whether it was said already what was cut short. */
    boolean isCutShort() {
        return cutShort;
    }

    /** Whether a failure now is one for lack of time, or of a caller. */
    boolean isLost() {
        return cutShort || scope.isOver();
    }

    /** Why there is no answer any more; null if {@code thrown} has other reasons, and none is to be expected otherwise. */
    @Nullable Ending lostBy(@Nullable Throwable thrown) {
        var ending = scope.ending();
        if (ending.isPresent()) {
            return ending.get();
        }
        for (var cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ScopeEndedException ended) {
                return ended.ending();
            }
        }
        return cutShort ? Ending.EXPIRED : null;
    }

    String budgetHeader() {
        return BudgetHeader.write(granted(), scope.deadline().remaining());
    }

    Duration granted() {
        return scope.deadline().budget();
    }

    void opened() {
        listener.opened(scope);
    }

    /** The work for it has ended. Saying so again does nothing. */
    void close() {
        if (closed.compareAndSet(false, true)) {
            listener.closed(scope, granted(), Duration.ofNanos(System.nanoTime() - arrivedNanos));
        }
    }
}
