package io.meridian.breaker.resilience4j;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerListener;
import io.meridian.breaker.Breakers;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The circuit breakers of a registry, whoever made them; those that are not adaptive are used as they are. */
public final class RegisteredBreakers implements Breakers {

    private final CircuitBreakerRegistry registry;
    private final BreakerListener listener;
    private final Map<CircuitBreaker, Breaker> plain = new ConcurrentHashMap<>();

    /** @param listener is told of those that are not adaptive; the others have theirs */
    public RegisteredBreakers(CircuitBreakerRegistry registry, BreakerListener listener) {
        this.registry = registry;
        this.listener = listener;
    }

    @Override
    public Breaker named(String name) {
        return asBreaker(registry.circuitBreaker(name));
    }

    @Override
    public Collection<Breaker> all() {
        return registry.getAllCircuitBreakers().stream().map(this::asBreaker).toList();
    }

    private Breaker asBreaker(CircuitBreaker circuitBreaker) {
        return circuitBreaker instanceof Breaker breaker
                ? breaker
                : plain.computeIfAbsent(circuitBreaker, it -> new StaticBreaker(it, listener));
    }
}
