package io.meridian.deadline.restclient;

import io.meridian.deadline.BudgetHeader;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Hop;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import io.meridian.deadline.TimeoutHeader;
import io.meridian.deadline.Registration;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One call with what it was given. */
final class BoundedCall {

    private final Hop hop;
    private final Hop.Budget.Granted granted;
    private final DeadlineListener listener;
    private final DeadlineScope own;

    /** Whether it is the hop's cap that bounds it, and not what remained. */
    private final boolean capped;

    private final long begunNanos = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();

    BoundedCall(DeadlineScope scope, Hop hop, Hop.Budget.Granted granted, DeadlineListener listener) {
        this.hop = hop;
        this.granted = granted;
        this.listener = listener;
        this.own = scope.within(granted.deadline());
        this.capped = scope.deadline().remaining().minus(granted.reserved()).compareTo(hop.cap()) > 0;
    }

    void begin() {
        listener.granted(hop.name(), granted.deadline().budget(), granted.reserved());
    }

    String header() {
        return TimeoutHeader.write(granted.deadline().remaining());
    }

    /** Takes a step of it; the thread is interrupted when what it was given is over. */
    <R> R during(ScopedValue.CallableOp<R, IOException> step) throws IOException {
        try {
            return own.call(step);
        } catch (IOException | RuntimeException failed) {
            if (own.isOver() && !(failed instanceof ScopeEndedException)) {
                throw overdue(failed);
            }
            throw failed;
        }
    }

    /** As {@link #during}, for what has no outcome. */
    void run(Runnable step) {
        own.run(step);
    }

    void answered(BudgetHeader.Budget there) {
        hop.measured(elapsed(), there.used());
    }

    /** Saying so again does nothing. */
    void end() {
        if (ended.compareAndSet(false, true)) {
            listener.returned(hop.name(), granted.deadline().budget(), granted.reserved(), elapsed());
        }
    }

    /** Has {@code hook} run, on a thread that others wait for, when what it was given is over before it has ended. */
    Registration onOver(Runnable hook) {
        return own.onEnd(_ -> hook.run());
    }

    /**
     * What is thrown when it is over: the neighbour was slow, or nobody waits any more.
     *
     * @param failed what came of it; null if it just came to nothing
     */
    IOException overdue(@Nullable Exception failed) {
        var ending = own.ending().orElse(Ending.EXPIRED);
        if (ending == Ending.EXPIRED && capped) {
            var slow = new SocketTimeoutException("no answer from " + hop.name() + " within "
                    + TimeoutHeader.write(granted.deadline().budget()) + " ms, the most a call to it is given");
            slow.initCause(failed);
            return slow;
        }
        listener.stopped(Stage.CALL, ending);
        throw new ScopeEndedException(ending, "waiting for " + hop.name(), failed);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begunNanos);
    }
}
