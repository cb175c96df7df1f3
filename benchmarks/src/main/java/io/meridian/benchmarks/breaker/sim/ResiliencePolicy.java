package io.meridian.benchmarks.breaker.sim;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.internal.CircuitBreakerStateMachine;
import io.meridian.breaker.Outcome;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Resilience4j's circuit breaker as it is, with a window that counts calls and the time of the simulation. */
final class ResiliencePolicy implements Policy {

    private static final Exception FAILURE = new Failure();
    private static final Exception TIMEOUT = new TimeoutException();

    private final VirtualTime time;
    private final CircuitBreaker breaker;
    private boolean wasRefused;
    private int opens;

    ResiliencePolicy(VirtualTime time, CircuitBreakerConfig config) {
        this.time = time;
        this.breaker = new CircuitBreakerStateMachine("service", config);
    }

    static CircuitBreakerConfig defaults(VirtualTime time) {
        return on(time).build();
    }

    /** Half of the calls, failed or slower than 250 ms, of the last 100 and at least 20. */
    static CircuitBreakerConfig tuned(VirtualTime time, Duration wait) {
        return on(time)
                .failureRateThreshold(50)
                .slowCallRateThreshold(50)
                .slowCallDurationThreshold(Duration.ofMillis(250))
                .minimumNumberOfCalls(20)
                .waitDurationInOpenState(wait)
                .build();
    }

    private static CircuitBreakerConfig.Builder on(VirtualTime time) {
        return CircuitBreakerConfig.custom().clock(time).currentTimestampFunction(_ -> time.now, TimeUnit.NANOSECONDS);
    }

    @Override
    public long enter(long remainingNanos) {
        if (breaker.tryAcquirePermission()) {
            wasRefused = false;
            return time.now;
        }
        if (!wasRefused && breaker.getState() == CircuitBreaker.State.OPEN) {
            wasRefused = true;
            opens++;
        }
        return REFUSED;
    }

    @Override
    public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
        var took = time.now - permit;
        switch (outcome) {
            case SUCCEEDED -> breaker.onSuccess(took, TimeUnit.NANOSECONDS);
            case FAILED -> breaker.onError(took, TimeUnit.NANOSECONDS, FAILURE);
            case TIMED_OUT -> breaker.onError(took, TimeUnit.NANOSECONDS, TIMEOUT);
            case IGNORED -> breaker.releasePermission();
        }
    }

    @Override
    public int opens() {
        return opens;
    }

    @Override
    public Trace trace() {
        return new Trace(Double.NaN, breaker.getState() == CircuitBreaker.State.OPEN);
    }

    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure() {
            super("failed", null, false, false);
        }
    }
}
