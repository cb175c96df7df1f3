package io.meridian.deadline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The time of one request, split over the parts of its work: each part has a cap of its own, and all of them end when the request
 * does.
 *
 * <p>Caps alone would let their sum exceed the caller's patience, and one timeout for everything would let the slowest part take the
 * others down with it; so there are both. A part is either needed or has something to fall back to. A part with a fallback that
 * fails, or is late, costs nobody else anything. A needed part that fails, or is late, ends the rest at once, since the
 * answer cannot be given any more: their scopes are cancelled and their threads interrupted, and {@link #run} throws the reason.
 *
 * <p>Parts run on the caller's thread ({@link #call}) or beside it, each on a thread of its own ({@link #fork}), as part of the request's
 * scope, narrowed to the cap and to what remains less the {@link Reserve} for the reply. {@link #run} leaves no thread behind:
 * whichever way it ends, by result, failure, deadline or interrupt, it waits until each part has returned. A part that neither heeds an
 * interrupt nor has a bound of its own therefore holds it up.
 *
 * <p>What a part returns too late is dropped, so it must not be something that has to be closed.
 */
public final class Split {

    /** The work that is split. */
    @FunctionalInterface
    public interface Work<R extends @Nullable Object, X extends Throwable> {

        /** Runs on the caller's thread and has the reserve for itself: of the parts, only the wait for them ends sooner. */
        R run(Split split) throws X;
    }

    /** One part of the work, which may be under way. */
    public final class Part<T extends @Nullable Object> {

        private final String name;
        private final Duration cap;
        private final DeadlineScope scope;
        private final @Nullable Fallback<T> fallback;
        private final AtomicReference<@Nullable Outcome<T>> outcome = new AtomicReference<>();
        private final CountDownLatch decided = new CountDownLatch(1);

        private Part(String name, Duration cap, @Nullable Fallback<T> fallback) {
            this.name = name;
            this.cap = cap;
            this.scope = inner.within(cap);
            this.fallback = fallback;
        }

        /**
         * What it found, or its fallback; waits until either is known, and no longer than its cap.
         *
         * @throws ScopeEndedException if it is needed and was late, or nobody waits for the answer any more. An interrupt of the waiting
         *     thread says the latter; the thread stays interrupted
         * @throws CompletionException if a needed part, this or another, threw a checked exception, which is the cause. What else a part
         *     threw is thrown as it is
         */
        public T await() {
            try {
                decided.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                abandoned();
            }
            throwFailure();
            return switch (outcome.get()) {
                case Outcome.Found<T>(var value) -> value;
                case Outcome.Ended<T>(var ending, var cause) when ending == Ending.CALLER_GONE ->
                    throw new ScopeEndedException(ending, toString(), cause);
                case null, default -> fallen();
            };
        }

        /** Why its fallback was taken: what it threw, or a {@link ScopeEndedException}; empty if it found something or still may. */
        public Optional<Exception> whyFallback() {
            var known = outcome.get();
            return known == null ? Optional.empty() : known.missed(toString());
        }

        private T fallen() {
            if (fallback == null) {
                throw new AssertionError("a needed part that found nothing has failed the split: " + this);
            }
            return fallback.value();
        }

        @Override
        public String toString() {
            return name + ", which may take " + cap.toMillis() + " ms";
        }

        private boolean isUndecided() {
            return outcome.get() == null;
        }

        private void decide(Outcome<T> what) {
            if (!outcome.compareAndSet(null, what)) {
                return;
            }
            if (what instanceof Outcome.Threw<T>(var why) && (fallback == null || why instanceof Error)) {
                fail(new Failure(toString(), null, why));
            } else if (what instanceof Outcome.Ended<T>(var ending, var cause) && fallback == null) {
                fail(new Failure(toString(), ending, cause));
            }
            decided.countDown();
        }

        private void work(Callable<T> work) {
            decide(outcomeOf(work));
        }

        private Outcome<T> outcomeOf(Callable<T> work) {
            try {
                var value = scope.call(work::call);
                return scope.ending()
                        .<Outcome<T>>map(ending -> new Outcome.Ended<>(ending, null))
                        .orElseGet(() -> new Outcome.Found<>(value));
            } catch (Exception e) {
                var ending = scope.ending();
                if (ending.isPresent()) {
                    return new Outcome.Ended<>(ending.get(), e);
                }
                if (e instanceof InterruptedException && Thread.currentThread() == owner) {
                    Thread.currentThread().interrupt(); // not by the part's scope, so it is for the caller
                    return new Outcome.Ended<>(caller.ending().orElse(Ending.CALLER_GONE), e);
                }
                return new Outcome.Threw<>(e);
            } catch (Throwable e) {
                return new Outcome.Threw<>(e);
            }
        }
    }

    private record Fallback<T extends @Nullable Object>(T value) {}

    /** What became of a part. */
    private sealed interface Outcome<T extends @Nullable Object> {

        record Found<T extends @Nullable Object>(T value) implements Outcome<T> {}

        record Threw<T extends @Nullable Object>(Throwable why) implements Outcome<T> {}

        /** Its time was over first, or it was cancelled; the cause is what it threw then. */
        record Ended<T extends @Nullable Object>(Ending ending, @Nullable Throwable cause) implements Outcome<T> {}

        default Optional<Exception> missed(String part) {
            return switch (this) {
                case Found<T> _ -> Optional.empty();
                case Threw<T>(var why) -> why instanceof Exception e ? Optional.of(e) : Optional.empty();
                case Ended<T>(var ending, var cause) -> Optional.of(new ScopeEndedException(ending, part, cause));
            };
        }
    }

    /** Why the answer cannot be given: the part's time or the caller is gone, or else the part threw. */
    private record Failure(String part, @Nullable Ending ending, @Nullable Throwable why) {

        RuntimeException thrown() {
            if (ending != null) {
                return new ScopeEndedException(ending, part, why);
            }
            if (why instanceof Error e) {
                throw e;
            }
            return why instanceof RuntimeException e ? e : new CompletionException(part + " failed", why);
        }
    }

    private final Thread owner = Thread.currentThread();
    private final DeadlineScope caller;
    private final ThreadFactory threads;

    /** Of all parts: cancelled with the caller's scope, but not the other way round. */
    private final DeadlineScope inner;

    private final List<Thread> forked = new ArrayList<>();
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
    private boolean left;

    private Split(DeadlineScope caller, Reserve reserve, ThreadFactory threads) {
        var kept = Duration.ofNanos(reserve.of(caller.deadline().remainingNanos(), 0));
        this.caller = caller;
        this.threads = threads;
        this.inner = caller.apart(caller.deadline().keeping(kept));
    }

    /**
     * Splits what remains of a request, less the reserve for the reply, over the parts that {@code work} names; those that it forks run
     * on virtual threads.
     *
     * @param scope the request's, as {@link DeadlineScope#current()} says
     * @return what {@code work} returns, if no needed part has failed, awaited or not
     * @throws X what {@code work} throws; what was forked is cancelled first
     * @throws ScopeEndedException as {@link Part#await()}
     * @throws CompletionException as {@link Part#await()}
     */
    public static <R extends @Nullable Object, X extends Throwable> R run(
            DeadlineScope scope, Reserve reserve, Work<R, X> work) throws X {
        return run(scope, reserve, Thread.ofVirtual().factory(), work);
    }

    /**
     * As {@link #run(DeadlineScope, Reserve, Work)}, with threads of the caller's.
     *
     * @param threads asked on the forking thread, so that it can carry over what belongs to that, as the context of tracing
     */
    public static <R extends @Nullable Object, X extends Throwable> R run(
            DeadlineScope scope, Reserve reserve, ThreadFactory threads, Work<R, X> work) throws X {
        var split = new Split(scope, reserve, threads);
        try (var _ = scope.onEnd(split::callerEnded)) {
            return split.joined(work);
        }
    }

    /** Runs a needed part beside the caller. */
    public <T extends @Nullable Object> Part<T> fork(String name, Duration cap, Callable<T> work) {
        return begin(part(name, cap, null), work);
    }

    /** Runs a part beside the caller that may be missed. The fallback is at hand, because by then there is no time to look for one. */
    public <T extends @Nullable Object> Part<T> forkOr(T fallback, String name, Duration cap, Callable<T> work) {
        return begin(part(name, cap, new Fallback<>(fallback)), work);
    }

    /**
     * Runs a needed part on the caller's thread.
     *
     * @throws ScopeEndedException as {@link Part#await()}
     * @throws CompletionException as {@link Part#await()}
     */
    public <T extends @Nullable Object> T call(String name, Duration cap, Callable<T> work) {
        return here(part(name, cap, null), work);
    }

    /** As {@link #call}, of a part that may be missed. */
    public <T extends @Nullable Object> T callOr(T fallback, String name, Duration cap, Callable<T> work) {
        return here(part(name, cap, new Fallback<>(fallback)), work);
    }

    private <T extends @Nullable Object> Part<T> part(String name, Duration cap, @Nullable Fallback<T> fallback) {
        if (left || Thread.currentThread() != owner) {
            throw new IllegalStateException("part " + name
                    + " was begun outside the block, or on another thread than the one, that runs the split: split again there");
        }
        return new Part<>(name, cap, fallback);
    }

    /** Nothing is begun for which there is no time, nor after a failure. */
    private <T extends @Nullable Object> Part<T> begin(Part<T> part, Callable<T> work) {
        var told = part.scope.onEnd(ending -> part.decide(new Outcome.Ended<>(ending, null)));
        if (part.isUndecided()) {
            var thread = threads.newThread(() -> {
                try (told) {
                    part.work(work);
                }
            });
            thread.start();
            forked.add(thread);
        }
        return part;
    }

    private <T extends @Nullable Object> T here(Part<T> part, Callable<T> work) {
        if (part.scope.isOver()) {
            part.decide(new Outcome.Ended<>(part.scope.ending().orElse(Ending.EXPIRED), null));
        } else {
            part.work(work);
        }
        return part.await();
    }

    private <R extends @Nullable Object, X extends Throwable> R joined(Work<R, X> work) throws X {
        var returned = false;
        R result;
        try {
            result = work.run(this);
            returned = true;
        } finally {
            if (!returned) {
                inner.cancel();
            }
            join();
        }
        throwFailure();
        return result;
    }

    private void join() {
        left = true;
        var interrupted = false;
        for (var thread : forked) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                    inner.cancel();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The waiting thread was interrupted: by the end of its scope, or by whoever else does not want it to go on. */
    private void abandoned() {
        fail(new Failure("waiting for the parts", caller.ending().orElse(Ending.CALLER_GONE), null));
    }

    /** Its deadline needs no telling: the parts' own are sooner. */
    private void callerEnded(Ending ending) {
        if (ending == Ending.CALLER_GONE) {
            inner.cancel();
        }
    }

    private void fail(Failure why) {
        failure.compareAndSet(null, why);
        inner.cancel();
    }

    private void throwFailure() {
        var failed = failure.get();
        if (failed != null) {
            throw failed.thrown();
        }
    }
}
