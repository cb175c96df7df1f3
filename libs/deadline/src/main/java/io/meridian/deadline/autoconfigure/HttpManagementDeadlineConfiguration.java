package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.http.DeadlineFilter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/** Requests to a management port of its own, such as health checks that ask the database, have a scope too. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class HttpManagementDeadlineConfiguration {

    @Bean
    FilterRegistrationBean<DeadlineFilter> managementDeadlineFilter(
            HttpDeadlineProperties properties, DeadlineListeners listeners) {
        return HttpDeadlineAutoConfiguration.registered(
                new DeadlineFilter(properties.managementBudgets(), false, listeners.all()));
    }
}
