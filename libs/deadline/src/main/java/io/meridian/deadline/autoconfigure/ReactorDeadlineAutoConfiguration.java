package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.reactor.ReactorDeadline;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Mono;

/** Scopes in Reactor pipelines. */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnClass(Mono.class)
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
public class ReactorDeadlineAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ReactorDeadline reactorDeadline(DeadlineListeners listeners, MissingDeadline missing) {
        return new ReactorDeadline(listeners.all(), missing);
    }
}
