package io.meridian.breaker.resilience4j;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.ConfigurationNotFoundException;
import io.github.resilience4j.core.registry.AbstractRegistry;
import io.github.resilience4j.core.registry.RegistryEventConsumer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Resilience4j's registry, whose circuit breakers are made by somebody else. A wrapping {@code RegistryStore} would not do: the registry
 * announces a new entry before the store has wrapped it, and what listens then (metrics, event buffers) holds on to the bare one.
 */
public final class AdaptiveRegistry extends AbstractRegistry<CircuitBreaker, CircuitBreakerConfig>
        implements CircuitBreakerRegistry {

    /** Makes the circuit breaker of a name. */
    @FunctionalInterface
    public interface Maker {
        CircuitBreaker make(String name, CircuitBreakerConfig config, Map<String, String> tags);
    }

    private final Maker maker;

    /**
     * A registry.
     *
     * @param configs by name; that of {@code default} is the one for breakers that name none
     * @param listeners are told when an entry is added, removed or replaced
     * @param tags of every entry
     */
    public AdaptiveRegistry(
            Map<String, CircuitBreakerConfig> configs,
            List<RegistryEventConsumer<CircuitBreaker>> listeners,
            Map<String, String> tags,
            Maker maker) {
        super(configs.getOrDefault(DEFAULT_CONFIG, CircuitBreakerConfig.ofDefaults()), listeners, tags);
        configurations.putAll(configs);
        this.maker = maker;
    }

    @Override
    public Set<CircuitBreaker> getAllCircuitBreakers() {
        return new HashSet<>(entryMap.values());
    }

    @Override
    public CircuitBreaker circuitBreaker(String name) {
        return circuitBreaker(name, getDefaultConfig());
    }

    @Override
    public CircuitBreaker circuitBreaker(String name, Map<String, String> tags) {
        return circuitBreaker(name, getDefaultConfig(), tags);
    }

    @Override
    public CircuitBreaker circuitBreaker(String name, CircuitBreakerConfig config) {
        return circuitBreaker(name, config, Map.of());
    }

    @Override
    public CircuitBreaker circuitBreaker(String name, CircuitBreakerConfig config, Map<String, String> tags) {
        return circuitBreaker(name, () -> config, tags);
    }

    @Override
    public CircuitBreaker circuitBreaker(String name, String configName) {
        return circuitBreaker(name, configName, Map.of());
    }

    @Override
    public CircuitBreaker circuitBreaker(String name, String configName, Map<String, String> tags) {
        return circuitBreaker(
                name,
                () -> getConfiguration(configName).orElseThrow(() -> new ConfigurationNotFoundException(configName)),
                tags);
    }

    @Override
    public CircuitBreaker circuitBreaker(String name, Supplier<CircuitBreakerConfig> config) {
        return circuitBreaker(name, config, Map.of());
    }

    @Override
    public CircuitBreaker circuitBreaker(String name, Supplier<CircuitBreakerConfig> config, Map<String, String> tags) {
        return computeIfAbsent(name, () -> maker.make(name, config.get(), getAllTags(tags)));
    }
}
