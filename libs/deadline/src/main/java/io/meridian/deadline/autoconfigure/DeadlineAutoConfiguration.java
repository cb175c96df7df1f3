package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.MissingDeadline;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/** What the legs share. */
@AutoConfiguration
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DeadlineProperties.class)
public class DeadlineAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    DeadlineListeners deadlineListeners(ObjectProvider<DeadlineListener> listeners) {
        return new DeadlineListeners(listeners.orderedStream().toList());
    }

    @Bean
    @ConditionalOnMissingBean
    MissingDeadline missingDeadline(DeadlineProperties properties, DeadlineListeners listeners) {
        return new MissingDeadline(properties.missing(), listeners.all());
    }

    /** What a service asks of others while it starts, it asks for nobody. */
    @Bean
    ApplicationListener<ApplicationReadyEvent> missingDeadlinesMatterOnceReady(MissingDeadline missing) {
        return _ -> missing.watch();
    }
}
