package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.http.CutShort;
import io.meridian.deadline.http.DeadlineFilter;
import io.meridian.deadline.http.HttpBudgets;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.util.pattern.PathPattern;

/** Opens a scope for each request that comes by HTTP to a servlet. */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({Filter.class, PathPattern.class, FilterRegistrationBean.class})
@EnableConfigurationProperties(HttpDeadlineProperties.class)
public class HttpDeadlineAutoConfiguration {

    /**
     * Inside the observation, which is one below the highest, so that the deadline is part of the trace, and inside what signs every
     * response; outside of all that works for the request.
     */
    static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 15;

    @Bean
    @ConditionalOnMissingBean
    HttpBudgets httpBudgets(HttpDeadlineProperties properties) {
        return properties.budgets();
    }

    /** Static, as listeners are asked for early: a data source needs them. */
    @Bean
    static CutShort deadlineCutShort() {
        return new CutShort();
    }

    @Bean
    @ConditionalOnMissingBean(name = "deadlineFilter")
    FilterRegistrationBean<DeadlineFilter> deadlineFilter(
            HttpBudgets budgets, HttpDeadlineProperties properties, DeadlineListeners listeners) {
        return registered(new DeadlineFilter(budgets, properties.edge(), listeners.all()));
    }

    static FilterRegistrationBean<DeadlineFilter> registered(DeadlineFilter filter) {
        var registration = new FilterRegistrationBean<>(filter);
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        registration.setOrder(ORDER);
        return registration;
    }
}
