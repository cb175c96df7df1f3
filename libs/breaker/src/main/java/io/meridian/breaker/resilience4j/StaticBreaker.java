package io.meridian.breaker.resilience4j;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerListener;
import io.meridian.breaker.BreakerSnapshot;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Rejection;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** A plain circuit breaker of Resilience4j as a breaker: it knows two reasons to refuse, being open and a deadline that has passed. */
final class StaticBreaker implements Breaker {

    private final CircuitBreaker plain;
    private final BreakerListener listener;
    private final long origin;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder open = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder withoutDeadline = new LongAdder();
    private final LongAdder[] ended = new LongAdder[Outcome.values().length];

    StaticBreaker(CircuitBreaker plain, BreakerListener listener) {
        this.plain = plain;
        this.listener = listener;
        this.origin = plain.getCurrentTimestamp();
        for (int i = 0; i < ended.length; i++) {
            ended[i] = new LongAdder();
        }
        plain.getEventPublisher().onStateTransition(event -> {
            var transition = event.getStateTransition();
            listener.changed(
                    name(),
                    transition.getFromState().name(),
                    transition.getToState().name(),
                    "Resilience4j's thresholds: " + transition);
        });
    }

    @Override
    public String name() {
        return plain.getName();
    }

    @Override
    public long enter(long remainingNanos) {
        if (remainingNanos == NO_DEADLINE) {
            withoutDeadline.increment();
            tell(() -> listener.withoutDeadline(name()));
        }
        if (remainingNanos <= 0) {
            late.increment();
            return refuse(Rejection.DEADLINE);
        }
        if (!plain.tryAcquirePermission()) {
            open.increment();
            return refuse(Rejection.OPEN);
        }
        inFlight.incrementAndGet();
        return Math.max(0, plain.getCurrentTimestamp() - origin);
    }

    @Override
    public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
        if (permit < 0) {
            return;
        }
        inFlight.decrementAndGet();
        ended[outcome.ordinal()].increment();
        long took = Math.max(0, plain.getCurrentTimestamp() - origin - permit);
        switch (outcome) {
            case SUCCEEDED -> plain.onSuccess(took, plain.getTimestampUnit());
            case FAILED -> plain.onError(took, plain.getTimestampUnit(), CallFailed.IN_SOME_WAY);
            case TIMED_OUT -> plain.onError(took, plain.getTimestampUnit(), CallFailed.OUT_OF_TIME);
            case IGNORED -> plain.releasePermission();
        }
    }

    @Override
    public BreakerSnapshot snapshot() {
        Map<Rejection, Long> rejections = new EnumMap<>(Rejection.class);
        rejections.put(Rejection.OPEN, open.sum());
        rejections.put(Rejection.DEADLINE, late.sum());
        int calls = inFlight.get();
        long all = calls;
        for (var one : ended) {
            all += one.sum();
        }
        var state = plain.getState();
        return new BreakerSnapshot(
                name(),
                state.name(),
                "",
                Duration.ZERO,
                retryAfter(state),
                Integer.MAX_VALUE,
                calls,
                0,
                plain.getCircuitBreakerConfig().getSlowCallDurationThreshold().toNanos(),
                0,
                0,
                0,
                0,
                rejections,
                all,
                ended[Outcome.SUCCEEDED.ordinal()].sum(),
                ended[Outcome.FAILED.ordinal()].sum(),
                ended[Outcome.TIMED_OUT.ordinal()].sum(),
                withoutDeadline.sum(),
                0,
                0);
    }

    private long refuse(Rejection why) {
        tell(() -> listener.rejected(name(), why));
        return why.permit();
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException _) {
            // whoever listens has to look after itself
        }
    }

    /** It does not say since when it is open, so this is the whole wait. */
    private Duration retryAfter(CircuitBreaker.State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN, HALF_OPEN ->
                Duration.ofNanos(TimeUnit.MILLISECONDS.toNanos(
                        plain.getCircuitBreakerConfig().getWaitIntervalFunctionInOpenState().apply(1)));
            case CLOSED, DISABLED, METRICS_ONLY -> Duration.ZERO;
        };
    }
}
