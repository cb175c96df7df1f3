package io.meridian.deadline;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The work for one answer: its deadline, whether somebody still waits for it, and the way to stop what is under way when not.
 *
 * <p>An entry point opens a {@linkplain #root root}, inner code asks for the {@link #current() current} one, narrows it with
 * {@link #within} and takes it along to other threads with {@link #carrying(Runnable)}. Nobody below an entry point opens a
 * root: what must go on without the caller says so with {@link #detached}, with a deadline and a reason of its own.
 *
 * <p>While {@link #call} runs, its thread is interrupted when the deadline passes or the scope is
 * {@linkplain #cancel cancelled}, and never for it after {@code call} has returned: an interrupt that nobody took is taken back. Work that an
 * interrupt would break runs in {@link #shielded}. A thread that is not blocked finds out with {@link #check}.
 *
 * <p>The scope of a thread is a {@link ScopedValue}: it ends with the block that opened it, on success, error and cancellation
 * alike, and there is nothing to forget to close. Scopes are safe for use by many threads.
 */
public final class DeadlineScope {

    private static final ScopedValue<Stay> CURRENT = ScopedValue.newInstance();

    private final String name;
    private final Deadline deadline;
    private final Cancellation cancellation;

    private DeadlineScope(String name, Deadline deadline, Cancellation cancellation) {
        this.name = name;
        this.deadline = deadline;
        this.cancellation = cancellation;
    }

    /**
     * The scope of an entry point; it is nobody's part.
     *
     * @param name the kind of entry point, a few words of a bounded set, as in {@code http}
     */
    public static DeadlineScope root(String name, Deadline deadline) {
        return new DeadlineScope(name, deadline, new Cancellation());
    }

    /**
     * Runs work that must not end with the caller, such as giving back what was reserved, under a deadline of its own. Neither the
     * caller's deadline nor its leaving interrupts it; what was due meanwhile is made up for afterwards.
     *
     * @param reason why the caller must not end it, a few words of a bounded set
     */
    public static <R extends @Nullable Object, X extends Throwable> R detached(
            String reason, Duration budget, ScopedValue.CallableOp<R, X> work) throws X {
        var scope = root(reason, Deadline.after(budget));
        var outer = stay();
        if (outer == null) {
            return scope.call(work);
        }
        return outer.gate().shielded(() -> scope.on(new Gate(), work));
    }

    /** The scope that the current thread works for. */
    public static Optional<DeadlineScope> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get().scope()) : Optional.empty();
    }

    /** As {@link #current()}, for hot paths: null outside of any. */
    public static @Nullable DeadlineScope currentOrNull() {
        return CURRENT.isBound() ? CURRENT.get().scope() : null;
    }

    /** Runs {@code work} as part of this scope on the current thread. */
    public <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<R, X> work) throws X {
        var outer = stay();
        return on(outer == null ? new Gate() : outer.gate(), work);
    }

    /** As {@link #call}, without a result. */
    public void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    /**
     * The same scope with a sooner deadline: the earlier of this one's and {@code most} from now. Cancelling either cancels both;
     * when the narrower deadline passes, the wider scope goes on.
     */
    public DeadlineScope within(Duration most) {
        return new DeadlineScope(name, deadline.within(most), cancellation);
    }

    /** The same scope with the sooner of its deadline and {@code other}. */
    public DeadlineScope within(Deadline other) {
        return new DeadlineScope(name, deadline.sooner(other), cancellation);
    }

    /** As {@link #within(Deadline)}, but cancelled apart from this one; to be cancelled with it is for the caller to see to. */
    DeadlineScope apart(Deadline other) {
        return new DeadlineScope(name, deadline.sooner(other), new Cancellation(cancellation));
    }

    /** Whether cancelling {@code other} cancels this one: they are the same, narrowed from the same root, or split from it. */
    public boolean isPartOf(DeadlineScope other) {
        return cancellation.isPartOf(other.cancellation);
    }

    /** {@code task} as part of the scope that is current now, on whichever thread it runs; as it is if there is none. */
    public static Runnable carrying(Runnable task) {
        var scope = currentOrNull();
        return scope == null ? task : () -> scope.run(task);
    }

    /** As {@link #carrying(Runnable)}. */
    public static <R extends @Nullable Object> Callable<R> carrying(Callable<R> task) {
        var scope = currentOrNull();
        return scope == null ? task : () -> scope.call(task::call);
    }

    /**
     * Runs {@code work} without an interrupt of the thread's scopes: one that is pending is put off until it has ended. For calls that
     * an interrupt breaks instead of stopping, such as reading a socket on a virtual thread, which closes it. They need a bound
     * of their own.
     */
    public static <R extends @Nullable Object, X extends Throwable> R shielded(ScopedValue.CallableOp<R, X> work)
            throws X {
        var stay = stay();
        return stay == null ? work.call() : stay.gate().shielded(work);
    }

    /** The kind of entry point, or the reason it is detached. */
    public String name() {
        return name;
    }

    public Deadline deadline() {
        return deadline;
    }

    /** Whether nobody wants the answer any more. */
    public boolean isOver() {
        return cancellation.isCancelled() || deadline.hasPassed();
    }

    /** Why nobody wants the answer any more; empty while somebody does. */
    public Optional<Ending> ending() {
        if (cancellation.isCancelled()) {
            return Optional.of(Ending.CALLER_GONE);
        }
        return deadline.hasPassed() ? Optional.of(Ending.EXPIRED) : Optional.empty();
    }

    /**
     * Goes on only if the answer is still wanted.
     *
     * @param what what is not begun otherwise
     * @throws ScopeEndedException if it is not
     */
    public void check(String what) {
        if (isOver()) {
            throw new ScopeEndedException(ending().orElse(Ending.EXPIRED), what);
        }
    }

    /** Says that the caller is gone; what is under way for it is stopped. Repeating it does nothing. */
    public void cancel() {
        cancellation.cancel();
    }

    /**
     * Has {@code hook} run once when the scope ends before {@link Registration#close()}: at once if it has ended. It runs on the timer's
     * or the canceller's thread, so it must not block; what it throws goes to that thread's uncaught exception handler.
     */
    public Registration onEnd(Hook hook) {
        return Registration.of(deadline, cancellation, hook);
    }

    /** What is done at the end of a scope. */
    @FunctionalInterface
    public interface Hook {
        void ended(Ending ending);
    }

    private <R extends @Nullable Object, X extends Throwable> R on(Gate gate, ScopedValue.CallableOp<R, X> work)
            throws X {
        var stay = new Stay(this, gate, Thread.currentThread());
        gate.enter(stay);
        try (var _ = onEnd(stay)) {
            return ScopedValue.where(CURRENT, stay).call(work);
        } finally {
            gate.leave(stay);
        }
    }

    /** The stay of this thread; null outside of any, and on a thread that inherited the binding and so is not the one to interrupt. */
    private static @Nullable Stay stay() {
        if (!CURRENT.isBound()) {
            return null;
        }
        var stay = CURRENT.get();
        return stay.thread() == Thread.currentThread() ? stay : null;
    }

    /** A thread at work for a scope. */
    private static final class Stay extends Gate.Guest implements Hook {

        private final DeadlineScope scope;
        private final Gate gate;

        Stay(DeadlineScope scope, Gate gate, Thread thread) {
            super(thread);
            this.scope = scope;
            this.gate = gate;
        }

        DeadlineScope scope() {
            return scope;
        }

        Gate gate() {
            return gate;
        }

        @Override
        public void ended(Ending ending) {
            gate.interrupt(this);
        }
    }
}
