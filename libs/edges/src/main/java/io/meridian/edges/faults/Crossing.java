package io.meridian.edges.faults;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.meridian.edges.ProblemException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way through a target. Whoever serves the call waits until it may go on, and closes this when the call has ended,
 * however it ended: until then it occupies a worker.
 *
 * <pre>{@code
 * try (var crossing = board.cross("payment.authorise")) {
 *     crossing.await();
 *     serve();
 * }
 * }</pre>
 */
public final class Crossing implements AutoCloseable {

    /** A call of a target with which nothing is wrong. */
    static final Crossing FREE = new Crossing(null);

    /** Longer than any fault lasts. */
    private static final long LONGEST_NANOS =
            Duration.ofSeconds(Fault.LONGEST_SECONDS).plusMinutes(1).toNanos();

    private final @Nullable Trap trap;
    private final CompletableFuture<Boolean> passed = new CompletableFuture<>();

    /** Whether it occupies a worker; guarded by the trap. */
    boolean inside;

    /** What it fails with when it was held up, null if it goes on; guarded by the trap. */
    @Nullable ProblemException failure;

    /** Calls off the end of its being held up; null while nothing but the end of the fault ends that. Guarded by the trap. */
    @Nullable Runnable alarm;

    Crossing(@Nullable Trap trap) {
        this.trap = trap;
    }

    /** Whether nothing is wrong with the target: then there is nothing to wait for. */
    public boolean isFree() {
        return trap == null;
    }

    /**
     * Waits until the call may go on: its latency has passed, or the fault is over.
     *
     * @throws ProblemException if this call is one that fails
     * @throws CancellationException if it was {@linkplain #giveUp() given up}
     * @throws InterruptedException if the thread was interrupted, as it is when nobody waits for the answer any more
     */
    public void await() throws InterruptedException {
        if (trap == null) {
            return;
        }
        try {
            passed.get(LONGEST_NANOS, NANOSECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof ProblemException told ? told : new IllegalStateException(failed.getCause());
        } catch (TimeoutException late) {
            throw new IllegalStateException("a fault did not end", late);
        }
    }

    /**
     * Completes when the call may go on, or with a {@link ProblemException} if it is one that fails. It may complete on the thread of
     * another call, so nothing that blocks may depend on it directly. Cancelling it cancels nothing else.
     */
    public CompletableFuture<?> passed() {
        return trap == null ? CompletableFuture.completedFuture(true) : passed.copy();
    }

    /** Nobody waits for this call any more. */
    public void giveUp() {
        passed.cancel(false);
    }

    /** The call has ended, or is not made; repeating it does nothing. */
    @Override
    public void close() {
        if (trap != null) {
            trap.leave(this);
        }
    }

    void tell() {
        if (failure == null) {
            passed.complete(true);
        } else {
            passed.completeExceptionally(failure);
        }
    }
}
