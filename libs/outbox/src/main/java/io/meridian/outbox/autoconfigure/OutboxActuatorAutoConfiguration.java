package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.jdbc.Repetition;
import io.meridian.outbox.relay.Relay;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Shows the relay where there is an actuator, and takes wishes for repetition. */
@AutoConfiguration(after = OutboxAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(Relay.class)
public final class OutboxActuatorAutoConfiguration {

    @Bean
    @ConditionalOnAvailableEndpoint
    OutboxEndpoint outboxEndpoint(Relay relay, Repetition repetition) {
        return new OutboxEndpoint(relay, repetition);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class RelayHealth {

        @Bean
        @ConditionalOnEnabledHealthIndicator("outbox")
        OutboxHealth outboxHealthIndicator(Relay relay) {
            return new OutboxHealth(relay);
        }
    }
}
