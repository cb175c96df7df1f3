package io.meridian.breaker.autoconfigure;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.meridian.breaker.BreakerListener;
import io.meridian.breaker.BreakerListeners;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.resilience4j.AdaptiveCircuitBreaker;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.ObjectProvider;

/** Makes the circuit breaker of a name as its properties want it, and shows its limit among the bulkheads. */
final class CircuitBreakerMaker {

    private final BreakerProperties properties;
    private final ObjectProvider<RemainingTime> remaining;
    private final ObjectProvider<BreakerListener> listeners;
    private final ObjectProvider<BulkheadRegistry> bulkheads;

    CircuitBreakerMaker(
            BreakerProperties properties,
            ObjectProvider<RemainingTime> remaining,
            ObjectProvider<BreakerListener> listeners,
            ObjectProvider<BulkheadRegistry> bulkheads) {
        this.properties = properties;
        this.remaining = remaining;
        this.listeners = listeners;
        this.bulkheads = bulkheads;
    }

    CircuitBreaker make(String name, CircuitBreakerConfig config, Map<String, String> tags) {
        return switch (properties.modeOf(name)) {
            case STATIC -> CircuitBreaker.of(name, config, tags);
            case ADAPTIVE -> adaptive(name, config, tags);
        };
    }

    private CircuitBreaker adaptive(String name, CircuitBreakerConfig config, Map<String, String> tags) {
        var adaptive = new AdaptiveCircuitBreaker(
                name,
                config,
                tags,
                properties.tuningOf(name),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextLong(),
                remaining.getIfAvailable(() -> RemainingTime.UNKNOWN),
                BreakerListeners.of(listeners.orderedStream().toList()));
        bulkheads.ifAvailable(registry -> show(adaptive.bulkhead(), registry));
        return adaptive;
    }

    /** A registry makes its entries itself, but lets them be replaced. One that somebody configured is left alone. */
    private static void show(Bulkhead bulkhead, BulkheadRegistry registry) {
        var name = bulkhead.getName();
        if (registry.find(name).isEmpty()) {
            registry.bulkhead(name);
            registry.replace(name, bulkhead);
        }
    }
}
