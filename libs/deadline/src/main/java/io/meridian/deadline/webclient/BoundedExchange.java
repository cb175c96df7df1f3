package io.meridian.deadline.webclient;

import io.meridian.deadline.BudgetHeader;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Hop;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import io.meridian.deadline.TimeoutHeader;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** One call with what it was given. */
final class BoundedExchange {

    private final Hop hop;
    private final Hop.Budget.Granted granted;
    private final DeadlineListener listener;
    private final DeadlineScope own;

    /** Whether it is the hop's cap that bounds it, and not what remained. */
    private final boolean capped;

    private final long begunNanos = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();

    BoundedExchange(DeadlineScope scope, Hop hop, Hop.Budget.Granted granted, DeadlineListener listener) {
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

    /** {@code source} for as long as what the call was given lasts. */
    <T> Mono<T> bounded(Mono<T> source) {
        return Mono.firstWithSignal(over(), source);
    }

    /** As {@link #bounded(Mono)}; what was emitted before has been. */
    <T> Flux<T> bounded(Flux<T> source) {
        // An error of the other would not cancel the source, its completion does.
        var failed = new AtomicReference<@Nullable Throwable>();
        var over = this.<T>over().doOnError(failed::set).onErrorComplete();
        return source.takeUntilOther(over).concatWith(Mono.defer(() -> {
            var failure = failed.get();
            return failure == null ? Mono.empty() : Mono.error(failure);
        }));
    }

    /** Fails when what the call was given is over; not on the thread that tells, which others wait for. */
    private <T> Mono<T> over() {
        return Mono.<T>create(sink -> {
                    var told = own.onEnd(ending -> sink.error(failure(ending)));
                    sink.onDispose(told::close);
                })
                .publishOn(Schedulers.parallel());
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

    private Exception failure(Ending ending) {
        if (ending == Ending.EXPIRED && capped) {
            return new TimeoutException("no answer from " + hop.name() + " within "
                    + TimeoutHeader.write(granted.deadline().budget()) + " ms, the most a call to it is given");
        }
        listener.stopped(Stage.CALL, ending);
        return new ScopeEndedException(ending, "waiting for " + hop.name());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begunNanos);
    }
}
