package io.meridian.breaker.autoconfigure;

import io.meridian.breaker.Breakers;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Shows the breakers where there is an actuator. */
@AutoConfiguration(after = BreakerAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
public class BreakersEndpointAutoConfiguration {

    @Bean
    @ConditionalOnBean(Breakers.class)
    @ConditionalOnAvailableEndpoint
    BreakersEndpoint breakersEndpoint(Breakers breakers) {
        return new BreakersEndpoint(breakers);
    }
}
