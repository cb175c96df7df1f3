package io.meridian.deadline.reactor;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
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
            var end = new AtomicReference<@Nullable Throwable>();
            var ended = end(scope, PARALLEL, () -> stage, what).doOnError(end::set).onErrorComplete();
            return source.takeUntilOther(ended).concatWith(Mono.defer(() -> {
                var thrown = end.get();
                return thrown == null ? Mono.empty() : Mono.error(thrown);
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
        return Mono.defer(() -> scope.isOver()
                ? Mono.error(refused(scope, stage.get(), what))
                : Mono.firstWithSignal(end(scope, thread, stage, what), source));
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
            return bounded(scope, PARALLEL, () -> stage, what, Mono.defer(() -> inside(scope, what, work)));
        });
    }

    private static <T> Mono<T> inside(DeadlineScope scope, String what, Callable<? extends T> work) {
        // Its own, so that a subscription that is cancelled stops its thread and nothing else of the scope.
        var own = DeadlineScope.root(scope.name(), scope.deadline());
        var told = scope.onEnd(ending -> {
            if (ending == Ending.CALLER_GONE) {
                own.cancel();
            }
        });
        // Unlike the sink of Mono.create it does not mind a result that comes after nobody listens any more.
        var result = Sinks.<T>one();
        BLOCKING.schedule(() -> {
            try {
                own.check(what);
                result.tryEmitValue(own.call(work::call));
            } catch (ScopeEndedException ended) {
                result.tryEmitError(ended);
            } catch (Exception | Error fault) {
                result.tryEmitError(own.ending()
                        .<Throwable>map(ending -> new ScopeEndedException(ending, what, fault))
                        .orElse(fault));
            }
        });
        return result.asMono().doFinally(_ -> {
            told.close();
            own.cancel();
        });
    }

    private ScopeEndedException refused(DeadlineScope scope, Stage stage, String what) {
        return stopped(stage, new ScopeEndedException(scope.ending().orElse(Ending.EXPIRED), what));
    }

    private <T> Mono<T> end(DeadlineScope scope, Executor thread, Supplier<Stage> stage, String what) {
        return Mono.create(sink -> {
            var registration = scope.onEnd(ending -> handOver(
                    thread, () -> sink.error(stopped(stage.get(), new ScopeEndedException(ending, what)))));
            sink.onDispose(registration::close);
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
