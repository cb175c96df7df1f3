package io.meridian.breaker.autoconfigure;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerEvent;
import io.github.resilience4j.common.CompositeCustomizer;
import io.github.resilience4j.common.circuitbreaker.configuration.CircuitBreakerConfigCustomizer;
import io.github.resilience4j.consumer.EventConsumerRegistry;
import io.github.resilience4j.core.registry.RegistryEventConsumer;
import io.github.resilience4j.spring6.circuitbreaker.configure.CircuitBreakerConfiguration;
import io.github.resilience4j.spring6.circuitbreaker.configure.CircuitBreakerConfigurationProperties;
import io.meridian.breaker.resilience4j.AdaptiveRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The registry where Resilience4j's starter is: with the configurations, instances, tags, customizers and listeners it knows. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(
        name = {
            "io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration",
            "io.github.resilience4j.spring6.circuitbreaker.configure.CircuitBreakerConfiguration"
        })
class StarterRegistryConfiguration {

    /** Without the starter's beans, because it was excluded, the registry is as if it were absent. */
    @Bean
    @ConditionalOnMissingBean(CircuitBreakerRegistry.class)
    AdaptiveRegistry circuitBreakerRegistry(
            CircuitBreakerMaker maker,
            ObjectProvider<CircuitBreakerConfigurationProperties> settings,
            ObjectProvider<EventConsumerRegistry<CircuitBreakerEvent>> eventBuffers,
            ObjectProvider<RegistryEventConsumer<CircuitBreaker>> listeners,
            @Qualifier("compositeCircuitBreakerCustomizer")
                    ObjectProvider<CompositeCustomizer<CircuitBreakerConfigCustomizer>> customizers) {
        var properties = settings.getIfAvailable();
        if (properties == null) {
            return new AdaptiveRegistry(Map.of(), listeners.orderedStream().toList(), Map.of(), maker::make);
        }
        var customizer = customizers.getIfAvailable(() -> new CompositeCustomizer<>(List.of()));
        Map<String, CircuitBreakerConfig> configs = new HashMap<>();
        properties
                .getConfigs()
                .forEach((name, config) ->
                        configs.put(name, properties.createCircuitBreakerConfig(name, config, customizer)));
        // the starter's own, which is the primary one, tells all others
        var registry = new AdaptiveRegistry(
                configs, List.of(listeners.getObject()), Map.copyOf(properties.getTags()), maker::make);
        eventBuffers.ifAvailable(
                buffers -> new CircuitBreakerConfiguration(properties).registerEventConsumer(registry, buffers));
        properties
                .getInstances()
                .forEach((name, instance) -> registry.circuitBreaker(
                        name, properties.createCircuitBreakerConfig(name, instance, customizer)));
        return registry;
    }
}
