package io.meridian.breaker.reactor;

import io.meridian.breaker.retry.AttemptEnd;
import io.meridian.breaker.retry.Pushback;
import io.meridian.breaker.retry.Retries;
import io.meridian.breaker.retry.Retries.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Makes calls as {@link Retries} decides. Of two attempts the first that is answered is passed on, and the other is cancelled before that;
 * if both fail, the last to do so is told. The wait between two attempts holds no thread.
 */
public final class ReactorRetries {

    private final Retries retries;
    private final LongSupplier nanoClock;

    /** @param nanoClock as {@link System#nanoTime()} */
    public ReactorRetries(Retries retries, LongSupplier nanoClock) {
        this.retries = retries;
        this.nanoClock = nanoClock;
    }

    /** The answer to {@code call}; each subscription is a call of its own. */
    public <T> Mono<T> ask(Asking<T> call) {
        return Mono.defer(() -> new Course<>(call).run());
    }

    /** What an attempt came to: an answer or a fault, and what either is. */
    private record Ended<T>(int number, @Nullable T answer, @Nullable Throwable fault, AttemptEnd end) {

        boolean isAnswered() {
            return end == AttemptEnd.ANSWERED;
        }

        Mono<T> told() {
            return fault != null ? Mono.error(fault) : Mono.justOrEmpty(answer);
        }
    }

    /** One call, from its first attempt to its end. */
    private final class Course<T> {

        private final Asking<T> call;
        private final List<Ended<T>> open = new ArrayList<>(2);
        private final AtomicBoolean second = new AtomicBoolean();
        private final AtomicInteger running = new AtomicInteger(2);
        private final AtomicBoolean decided = new AtomicBoolean();
        private volatile boolean hedged;
        private volatile boolean hedgeWon;
        private boolean over;

        Course(Asking<T> call) {
            this.call = call;
        }

        Mono<T> run() {
            var wait = call.isHedgeable() ? retries.hedgeAfterNanos(call.remainingNanos()) : Retries.NEVER;
            var way = wait < 0 ? attempt(1).flatMap(this::perhapsAgain) : beside(wait);
            return way.doOnNext(this::passOn).flatMap(Ended::told).doFinally(_ -> dropTheRest());
        }

        private Mono<Ended<T>> attempt(int number) {
            return Mono.defer(() -> {
                var started = nanoClock.getAsLong();
                return call.attempt(number)
                        .hide() // a source that is fused knows no subscribers but Reactor's
                        .<T>transform(Operators.lift((_, subscriber) -> new UntilAnswered<>(subscriber)))
                        .map(answer -> new Ended<>(number, answer, null, call.endOf(answer)))
                        .onErrorResume(fault -> Mono.just(new Ended<>(number, null, fault, call.endOf(fault))))
                        .doOnNext(ended -> ended(ended, nanoClock.getAsLong() - started))
                        .doOnCancel(() -> {
                            if (hedgeWon && number == 1) {
                                retries.outrun(nanoClock.getAsLong() - started);
                            }
                        });
            });
        }

        private void ended(Ended<T> ended, long nanos) {
            if (ended.isAnswered()) {
                hedgeWon = hedged && ended.number() == 2;
                retries.answered(nanos);
            }
            keep(ended);
        }

        // Again

        private Mono<Ended<T>> perhapsAgain(Ended<T> first) {
            if (first.isAnswered()) {
                return Mono.just(first);
            }
            var answer = first.answer();
            var pushback = answer == null ? Pushback.NONE : call.pushbackNanos(answer);
            var wait = retries.repeatAfterNanos(1, first.end(), pushback, call.remainingNanos());
            if (wait < 0) {
                return Mono.just(first);
            }
            drop(first);
            return after(wait)
                    .then(attempt(2))
                    .doOnNext(it -> retries.met(it.isAnswered() ? Fate.RETRY_ANSWERED : Fate.RETRY_FAILED));
        }

        // Beside

        private Mono<Ended<T>> beside(long waitNanos) {
            var first = attempt(1).flatMap(this::firstEnded);
            var hedge = after(waitNanos).then(Mono.defer(this::perhapsBeside));
            return Mono.firstWithSignal(first, hedge);
        }

        private Mono<Ended<T>> firstEnded(Ended<T> first) {
            if (second.compareAndSet(false, true)) {
                return perhapsAgain(first); // from now on there will be no hedge
            }
            return ofTwo(first);
        }

        private Mono<Ended<T>> perhapsBeside() {
            if (!call.canHedge() || second.get() || !retries.mayHedge() || !second.compareAndSet(false, true)) {
                return Mono.never();
            }
            hedged = true;
            return attempt(2).flatMap(this::ofTwo);
        }

        /** What is not the end of the call has no signal: that is left to the other. */
        private Mono<Ended<T>> ofTwo(Ended<T> ended) {
            var both = running.decrementAndGet() == 0;
            if (!ended.isAnswered() && !both) {
                return Mono.never();
            }
            if (decided.compareAndSet(false, true)) {
                retries.met(!ended.isAnswered() ? Fate.HEDGE_FAILED : ended.number() == 2 ? Fate.HEDGE_WON : Fate.HEDGE_LOST);
            }
            return Mono.just(ended);
        }

        private Mono<Long> after(long nanos) {
            return nanos == 0 ? Mono.just(0L) : Mono.delay(Duration.ofNanos(nanos), call.scheduler());
        }

        // What is passed on and what is dropped

        /** An answer that comes when all is over belongs to nobody. */
        private void keep(Ended<T> ended) {
            var answer = ended.answer();
            if (answer == null) {
                return;
            }
            synchronized (this) {
                if (!over) {
                    open.add(ended);
                    return;
                }
            }
            call.drop(answer);
        }

        private void passOn(Ended<T> ended) {
            synchronized (this) {
                open.removeIf(it -> it.number() == ended.number());
            }
        }

        private void drop(Ended<T> ended) {
            var answer = ended.answer();
            passOn(ended);
            if (answer != null) {
                call.drop(answer);
            }
        }

        private void dropTheRest() {
            List<Ended<T>> rest;
            synchronized (this) {
                over = true;
                rest = List.copyOf(open);
                open.clear();
            }
            rest.forEach(this::drop);
        }
    }
}
