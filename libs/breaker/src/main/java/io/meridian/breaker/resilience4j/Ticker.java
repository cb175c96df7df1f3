package io.meridian.breaker.resilience4j;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the steps of all adaptive breakers of a registry for which no caller comes along: when every caller hangs, none does. One
 * daemon thread for all.
 */
public final class Ticker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private final CircuitBreakerRegistry registry;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("breaker-ticker").factory());

    public Ticker(CircuitBreakerRegistry registry, long everyNanos) {
        this.registry = registry;
        var _ = thread.scheduleAtFixedRate(this::tick, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void tick() {
        for (var circuitBreaker : registry.getAllCircuitBreakers()) {
            if (circuitBreaker instanceof AdaptiveCircuitBreaker adaptive) {
                try {
                    adaptive.tick();
                } catch (RuntimeException thrown) {
                    LOG.warn("The step of breaker {} failed", adaptive.name(), thrown);
                }
            }
        }
    }
}
