package io.meridian.breaker.autoconfigure;

import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.servlet.RefusedRequest;
import io.meridian.breaker.servlet.SheddingFilter;
import io.meridian.breaker.shedding.Doorkeeper;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.web.util.pattern.PathPattern;

/** Sheds requests that come by HTTP to a servlet. Those to a management port of its own are not asked. */
@AutoConfiguration
@ConditionalOnProperty(name = "meridian.breaker.shedding.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({Filter.class, PathPattern.class, FilterRegistrationBean.class})
@Import(DoorkeeperConfiguration.class)
public final class ServletSheddingAutoConfiguration {

    /** Inside the observation (1), what words refusals (10) and what opens the deadline (15), counted from the highest. */
    static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 20;

    @Bean
    @ConditionalOnMissingBean(name = "sheddingFilter")
    FilterRegistrationBean<SheddingFilter> sheddingFilter(
            Doorkeeper doorkeeper,
            SheddingProperties properties,
            ObjectProvider<RemainingTime> remaining,
            ObjectProvider<RefusedRequest> refused) {
        var registration = new FilterRegistrationBean<>(new SheddingFilter(
                doorkeeper,
                properties.paths(),
                remaining.getIfAvailable(() -> RemainingTime.UNKNOWN),
                refused.getIfAvailable(() -> RefusedRequest.PLAIN)));
        registration.setDispatcherTypes(DispatcherType.REQUEST);
        registration.setOrder(ORDER);
        return registration;
    }
}
