package io.meridian.observability.autoconfigure;

import io.lettuce.core.resource.ClientResources;
import io.meridian.observability.RedisMeter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Publishes how a service reaches its Redis; {@link RedisMeter} has the names. */
@AutoConfiguration(after = CompositeMeterRegistryAutoConfiguration.class)
@ConditionalOnClass({ClientResources.class, ClientResourcesBuilderCustomizer.class, MeterRegistry.class})
@ConditionalOnBean(MeterRegistry.class)
public final class RedisMetricsAutoConfiguration {

    @Bean
    ClientResourcesBuilderCustomizer redisMetrics(MeterRegistry meters) {
        return resources -> resources
                .nettyCustomizer(new RedisConnections(meters))
                .commandLatencyRecorder(new RedisCommands(meters));
    }
}
