package io.meridian.breaker.autoconfigure;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.core.registry.RegistryEventConsumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** Where the limits of breakers are shown, if there is no such place yet. */
@AutoConfiguration(
        afterName = {
            "io.github.resilience4j.springboot.bulkhead.autoconfigure.BulkheadAutoConfiguration",
            "io.github.resilience4j.springboot.bulkhead.autoconfigure.BulkheadRefreshScopedRegistryAutoConfiguration"
        })
@ConditionalOnProperty(name = "meridian.breaker.enabled", matchIfMissing = true)
public class BreakerBulkheadAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    BulkheadRegistry bulkheadRegistry(ObjectProvider<RegistryEventConsumer<Bulkhead>> listeners) {
        return BulkheadRegistry.of(
                BulkheadConfig.ofDefaults(), listeners.orderedStream().toList());
    }
}
