package io.meridian.breaker.autoconfigure;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.registry.RegistryEventConsumer;
import io.meridian.breaker.BreakerListener;
import io.meridian.breaker.BreakerListeners;
import io.meridian.breaker.Breakers;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.Tuning;
import io.meridian.breaker.resilience4j.AdaptiveRegistry;
import io.meridian.breaker.resilience4j.RegisteredBreakers;
import io.meridian.breaker.resilience4j.Ticker;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The breakers of a service. Resilience4j's own starter, where it is, finds its registry in place and builds its aspects, endpoints,
 * health and metrics upon it; its settings for instances go on to say how calls are judged.
 */
@AutoConfiguration(
        beforeName = {
            "io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration",
            "io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerRefreshScopedRegistryAutoConfiguration"
        })
@ConditionalOnProperty(name = "meridian.breaker.enabled", matchIfMissing = true)
@EnableConfigurationProperties(BreakerProperties.class)
@Import(StarterRegistryConfiguration.class)
public class BreakerAutoConfiguration {

    @Bean
    CircuitBreakerMaker circuitBreakerMaker(
            BreakerProperties properties,
            ObjectProvider<RemainingTime> remaining,
            ObjectProvider<BreakerListener> listeners,
            ObjectProvider<BulkheadRegistry> bulkheads) {
        return new CircuitBreakerMaker(properties, remaining, listeners, bulkheads);
    }

    @Bean
    @ConditionalOnMissingBean(CircuitBreakerRegistry.class)
    AdaptiveRegistry circuitBreakerRegistry(
            CircuitBreakerMaker maker, ObjectProvider<RegistryEventConsumer<CircuitBreaker>> listeners) {
        return new AdaptiveRegistry(Map.of(), listeners.orderedStream().toList(), Map.of(), maker::make);
    }

    @Bean
    @ConditionalOnMissingBean
    Breakers breakers(CircuitBreakerRegistry registry, ObjectProvider<BreakerListener> listeners) {
        return new RegisteredBreakers(
                registry, BreakerListeners.of(listeners.orderedStream().toList()));
    }

    @Bean
    Ticker breakerTicker(CircuitBreakerRegistry registry) {
        return new Ticker(registry, Tuning.USUAL.windows().sliceNanos());
    }
}
