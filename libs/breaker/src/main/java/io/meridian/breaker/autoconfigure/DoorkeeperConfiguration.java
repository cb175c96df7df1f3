package io.meridian.breaker.autoconfigure;

import io.meridian.breaker.shedding.DoorListener;
import io.meridian.breaker.shedding.DoorListeners;
import io.meridian.breaker.shedding.Doorkeeper;
import java.util.SplittableRandom;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The one doorkeeper that all doors of a service share: they lead to the same connections. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SheddingProperties.class)
class DoorkeeperConfiguration {

    /** Read and not asked of the pool, which may not be there yet when the first door opens. */
    private static final String CONNECTIONS = "spring.datasource.hikari.maximum-pool-size";

    @Bean
    @ConditionalOnMissingBean
    Doorkeeper doorkeeper(
            SheddingProperties properties, Environment environment, ObjectProvider<DoorListener> listeners) {
        var connections = environment.getProperty(CONNECTIONS, Integer.class, 0);
        var settings = properties.settings(connections, Runtime.getRuntime().availableProcessors());
        var heard = DoorListeners.of(listeners.orderedStream().toList());
        // Drawn from inside the door's lock alone.
        return new Doorkeeper(settings, System::nanoTime, new SplittableRandom(), heard);
    }
}
