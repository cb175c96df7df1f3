package io.meridian.breaker.resilience4j;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.internal.CircuitBreakerStateMachine;
import io.meridian.breaker.AdaptiveBreaker.Learnt;
import io.meridian.breaker.BreakerState;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * What Resilience4j's metrics say about the breaker, from a circuit breaker of its own that is led through the same states. That one
 * records under a lock and allocates for each result; so it is told of them only when somebody looks, and at most as many as its window
 * holds. It never decides anything: its window is kept from filling up with failures, which alone would open it.
 */
final class Figures implements Metrics {

    private static final int WINDOW = 100;
    private static final Duration NEVER = Duration.ofDays(365);

    private final CircuitBreaker inner;
    private final Supplier<Learnt> learnt;
    private final IntFunction<Learnt> lately;
    private final LongAdder notPermitted = new LongAdder();
    private Learnt told = new Learnt(0, 0);
    private long notPermittedBefore;

    Figures(
            String name,
            CircuitBreaker.State initial,
            Supplier<Learnt> learnt,
            IntFunction<Learnt> lately,
            int probes) {
        this.inner = new CircuitBreakerStateMachine(
                name,
                settings(CircuitBreakerConfig.custom(), probes)
                        .initialState(initial)
                        .build());
        this.learnt = learnt;
        this.lately = lately;
    }

    /** What the inner one is set to, as far as it can be seen in a configuration. */
    static CircuitBreakerConfig.Builder settings(CircuitBreakerConfig.Builder builder, int probes) {
        return builder.slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(WINDOW)
                .failureRateThreshold(100)
                .slowCallRateThreshold(100)
                .slowCallDurationThreshold(NEVER)
                .permittedNumberOfCallsInHalfOpenState(probes)
                .automaticTransitionFromOpenToHalfOpenEnabled(false)
                .maxWaitDurationInHalfOpenState(Duration.ZERO);
    }

    synchronized void follow(BreakerState to) {
        catchUp();
        notPermittedBefore = notPermitted.sum();
        switch (to) {
            case CLOSED -> inner.transitionToClosedState();
            case OPEN -> inner.transitionToOpenStateFor(NEVER);
            case HALF_OPEN -> inner.transitionToHalfOpenState();
            case FORCED_OPEN -> inner.transitionToForcedOpenState();
            case DISABLED -> inner.transitionToDisabledState();
            case METRICS_ONLY -> inner.transitionToMetricsOnlyState();
        }
    }

    synchronized void probed(boolean succeeded, long tookNanos) {
        tell(succeeded, tookNanos);
    }

    synchronized void reset() {
        told = learnt.get();
        notPermittedBefore = notPermitted.sum();
        inner.reset();
    }

    void notPermitted() {
        notPermitted.increment();
    }

    private synchronized void catchUp() {
        var all = learnt.get();
        var news = new Learnt(all.succeeded() - told.succeeded(), all.failed() - told.failed());
        told = all;
        var state = inner.getState();
        if (state != CircuitBreaker.State.CLOSED && state != CircuitBreaker.State.METRICS_ONLY) {
            return;
        }
        var recent = news.succeeded() + news.failed() > WINDOW ? lately.apply(WINDOW) : news;
        long calls = recent.succeeded() + recent.failed();
        int told = (int) Math.min(WINDOW, calls);
        long failures = calls == 0 ? 0 : Math.round((double) told * recent.failed() / calls);
        for (int i = 0; i < told; i++) {
            tell(i >= failures, 0);
        }
    }

    private void tell(boolean succeeded, long tookNanos) {
        if (succeeded) {
            inner.onSuccess(tookNanos, TimeUnit.NANOSECONDS);
        } else if (inner.getMetrics().getNumberOfFailedCalls() < WINDOW - 1) {
            inner.onError(tookNanos, TimeUnit.NANOSECONDS, CallFailed.IN_SOME_WAY);
        }
    }

    private synchronized Metrics caughtUp() {
        catchUp();
        return inner.getMetrics();
    }

    @Override
    public float getFailureRate() {
        return caughtUp().getFailureRate();
    }

    @Override
    public float getSlowCallRate() {
        return caughtUp().getSlowCallRate();
    }

    @Override
    public int getNumberOfSlowCalls() {
        return caughtUp().getNumberOfSlowCalls();
    }

    @Override
    public int getNumberOfSlowSuccessfulCalls() {
        return caughtUp().getNumberOfSlowSuccessfulCalls();
    }

    @Override
    public int getNumberOfSlowFailedCalls() {
        return caughtUp().getNumberOfSlowFailedCalls();
    }

    @Override
    public int getNumberOfBufferedCalls() {
        return caughtUp().getNumberOfBufferedCalls();
    }

    @Override
    public int getNumberOfFailedCalls() {
        return caughtUp().getNumberOfFailedCalls();
    }

    @Override
    public synchronized long getNumberOfNotPermittedCalls() {
        return notPermitted.sum() - notPermittedBefore;
    }

    @Override
    public int getNumberOfSuccessfulCalls() {
        return caughtUp().getNumberOfSuccessfulCalls();
    }
}
