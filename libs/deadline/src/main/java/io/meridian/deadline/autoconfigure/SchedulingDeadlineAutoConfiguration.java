package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.scheduling.CarryingTaskDecorator;
import io.meridian.deadline.scheduling.ScheduledScopes;
import io.meridian.deadline.scheduling.ScopedSchedulers;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

/** Scheduled tasks, and tasks given to the executors that Boot builds. */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnClass(SchedulingConfigurer.class)
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
@EnableConfigurationProperties(SchedulingDeadlineProperties.class)
public class SchedulingDeadlineAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ScheduledScopes scheduledScopes(SchedulingDeadlineProperties properties, DeadlineListeners listeners) {
        return new ScheduledScopes(properties.budget(), listeners.all());
    }

    @Bean
    @ConditionalOnMissingBean
    static ScopedSchedulers scopedSchedulers(ObjectProvider<ScheduledScopes> scopes) {
        return new ScopedSchedulers(scopes::getObject);
    }

    /** Boot puts it together with any other decorator; last, so that those work in the scope too. */
    @Bean
    @ConditionalOnMissingBean
    @Order(Ordered.LOWEST_PRECEDENCE)
    CarryingTaskDecorator carryingTaskDecorator() {
        return new CarryingTaskDecorator();
    }
}
