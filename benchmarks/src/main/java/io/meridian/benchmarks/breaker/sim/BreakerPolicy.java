package io.meridian.benchmarks.breaker.sim;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerListener;
import io.meridian.breaker.BreakerState;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Tuning;
import io.meridian.breaker.resilience4j.AdaptiveCircuitBreaker;
import java.util.Map;
import java.util.SplittableRandom;

/** The circuit breaker of {@code libs/breaker} as a registry holds it, with the time of the simulation. */
final class BreakerPolicy implements Policy {

    private final AdaptiveCircuitBreaker breaker;
    private int opens;

    BreakerPolicy(VirtualTime time, SplittableRandom random, Tuning tuning) {
        this.breaker = new AdaptiveCircuitBreaker(
                "service",
                CircuitBreakerConfig.ofDefaults(),
                Map.of(),
                tuning,
                time,
                random,
                () -> Breaker.NO_DEADLINE,
                new BreakerListener() {
                    @Override
                    public void changed(String name, String from, String to, String why) {
                        opens += to.equals(BreakerState.OPEN.name()) ? 1 : 0;
                    }
                });
    }

    @Override
    public long enter(long remainingNanos) {
        return breaker.enter(remainingNanos);
    }

    @Override
    public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
        breaker.leave(permit, outcome, remainingAtEntryNanos);
    }

    @Override
    public int opens() {
        return opens;
    }

    @Override
    public Trace trace() {
        var now = breaker.snapshot();
        return new Trace(now.limit(), now.state().equals(BreakerState.OPEN.name()));
    }
}
