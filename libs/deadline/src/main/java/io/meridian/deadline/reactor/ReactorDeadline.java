package io.meridian.deadline.reactor;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Ends subscriptions with their scope. When it ends, the source is cancelled and the subscriber gets a
 * {@link ScopeEndedException}; for a scope that has ended already, the source is not subscribed to. Of an answer and the end
 * only the first is delivered, and after either nothing stays registered with the scope.
 *
 * <p>Outside of any scope a source is left as it is, unless {@link MissingDeadline} refuses that.
 */
public final class ReactorDeadline {

    private static final Executor PARALLEL = task -> Schedulers.parallel().schedule(task);

    /** Starts a thread for each task and has nothing to close; as a scheduler it also carries what Reactor's hooks carry. */
    private static final Scheduler BLOCKING =
            Schedulers.fromExecutor(task -> Thread.ofVirtual().name("deadline-blocking").start(task));

    private final DeadlineListener listener;
    private final MissingDeadline missing;

    public ReactorDeadline(DeadlineListener listener, MissingDeadline missing) {
        this.listener = listener;
        this.missing = missing;
    }

    /**
     * {@code source} for no longer than the scope of its subscription lasts.
     *
     * @param stage what the time is spent on
     * @param what what is given up at the end, as in "waiting for the prices"
     */
    public <T> Mono<T> bounded(Stage stage, String what, Mono<T> source) {
        return Mono.deferContextual(context -> {
            var scope = ReactorScope.inOrNull(context);
            if (scope == null) {
                missing.met(stage);
                return source;
            }
            return bounded(scope, PARALLEL, () -> stage, what, source);
        });
    }

    /** As {@link #bounded(Stage, String, Mono)}; what was emitted before the end has been. */
    public <T> Flux<T> bounded(Stage stage, String what, Flux<T> source) {
        return Flux.deferContextual(context -> {
            var scope = ReactorScope.inOrNull(context);
            if (scope == null) {
                missing.met(stage);
                return source;
            }
            if (scope.isOver()) {
                return Flux.error(refused(scope, stage, what));
            }
            // An error of the other would not cancel the source, its completion does.
            var end = new AtomicReference<@Nullable ScopeEndedException>();
            var ended = end(scope, PARALLEL, what).doOnNext(end::set);
            return source.takeUntilOther(ended).concatWith(Mono.defer(() -> {
                var thrown = end.get();
                return thrown == null ? Mono.empty() : Mono.error(stopped(stage, thrown));
            }));
        });
    }

    /**
     * {@code source} for no longer than {@code scope} lasts, whatever the subscription belongs to.
     *
     * @param thread runs what follows when the scope ends, such as an answer that says so
     * @param stage asked when it ends
     */
    public <T> Mono<T> bounded(
            DeadlineScope scope, Executor thread, Supplier<Stage> stage, String what, Mono<T> source) {
        return raced(scope, thread, stage, what, _ -> source);
    }

    /**
     * Runs code that blocks on a thread of its own, inside the scope of the subscription: the thread is interrupted when the scope
     * ends or the subscription is cancelled, with the respect for {@link DeadlineScope#shielded} that every interrupt of a scope has. The
     * subscriber does not wait for a thread that takes no notice.
     *
     * @param work may return null, for an empty result
     */
    public <T> Mono<T> blocking(Stage stage, String what, Callable<? extends T> work) {
        return Mono.deferContextual(context -> {
            var scope = ReactorScope.inOrNull(context);
            if (scope == null) {
                missing.met(stage);
                return Mono.<T>fromCallable(work).subscribeOn(BLOCKING);
            }
            return raced(scope, PARALLEL, () -> stage, what, ends -> inside(scope, what, work, ends));
        });
    }

    /** @param source is given the set to which it adds what it fails with because the scope has ended */
    private <T> Mono<T> raced(
            DeadlineScope scope,
            Executor thread,
            Supplier<Stage> stage,
            String what,
            Function<Set<Throwable>, Mono<T>> source) {
        return Mono.defer(() -> {
            if (scope.isOver()) {
                return Mono.error(refused(scope, stage.get(), what));
            }
            Set<Throwable> ends = ConcurrentHashMap.newKeySet();
            var end = end(scope, thread, what).<T>flatMap(ended -> {
                ends.add(ended);
                return Mono.error(ended);
            });
            return Mono.firstWithSignal(end, source.apply(ends))
                    .doOnError(ScopeEndedException.class, ended -> {
                        if (ends.contains(ended)) {
                            stopped(stage.get(), ended);
                        }
                    });
        });
    }

    private static <T> Mono<T> inside(
            DeadlineScope scope, String what, Callable<? extends T> work, Set<Throwable> ends) {
        // Its own, so that a subscription that is cancelled stops its thread and nothing else of the scope.
        var own = DeadlineScope.root(scope.name(), scope.deadline());
        var told = scope.onEnd(ending -> {
            if (ending == Ending.CALLER_GONE) {
                own.cancel();
            }
        });
        var result = Sinks.<T>one();
        BLOCKING.schedule(() -> {
            var ending = own.ending();
            if (ending.isPresent()) {
                result.tryEmitError(ended(ending.get(), what, null, ends));
                return;
            }
            try {
                result.tryEmitValue(own.call(work::call));
            } catch (ScopeEndedException ended) {
                result.tryEmitError(ended); // by whatever it asked, which has said so
            } catch (Exception | Error fault) {
                result.tryEmitError(own.ending().<Throwable>map(it -> ended(it, what, fault, ends)).orElse(fault));
            }
        });
        return result.asMono().doFinally(_ -> {
            told.close();
            own.cancel();
        });
    }

    private static ScopeEndedException ended(Ending ending, String what, @Nullable Throwable fault, Set<Throwable> ends) {
        var ended = new ScopeEndedException(ending, what, fault);
        ends.add(ended);
        return ended;
    }

    private ScopeEndedException refused(DeadlineScope scope, Stage stage, String what) {
        return stopped(stage, new ScopeEndedException(scope.ending().orElse(Ending.EXPIRED), what));
    }

    // A sink of Mono.create would complain of an end that comes while the answer does; this one takes no notice.
    private static Mono<ScopeEndedException> end(DeadlineScope scope, Executor thread, String what) {
        return Mono.defer(() -> {
            var end = Sinks.<ScopeEndedException>one();
            var registration = scope.onEnd(
                    ending -> handOver(thread, () -> end.tryEmitValue(new ScopeEndedException(ending, what))));
            return end.asMono().doFinally(_ -> registration.close());
        });
    }

    private ScopeEndedException stopped(Stage stage, ScopeEndedException ended) {
        listener.stopped(stage, ended.ending());
        return ended;
    }

    /** The end is told by a thread that others wait for, whatever the subscriber makes of it. */
    private static void handOver(Executor thread, Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException shutDown) {
            Thread.startVirtualThread(task);
        }
    }
}
