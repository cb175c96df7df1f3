package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.Hops;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.restclient.DeadlineInterceptor;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.RestTemplateCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.client.RestClient;

/** Bounds the calls of the service's {@code RestClient}s and {@code RestTemplate}s that come from Boot's builders. */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
@ConditionalOnClass({RestClient.class, RestClientCustomizer.class})
@Import(HttpHopsConfiguration.class)
public class RestClientDeadlineAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    DeadlineInterceptor deadlineInterceptor(
            @Qualifier("httpHops") Hops hops, DeadlineListeners listeners, MissingDeadline missing) {
        return new DeadlineInterceptor(hops, listeners.all(), missing);
    }

    /** The last interceptor is the nearest to the network. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    RestClientCustomizer deadlineRestClientCustomizer(DeadlineInterceptor interceptor) {
        return builder -> builder.requestInterceptor(interceptor);
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    RestTemplateCustomizer deadlineRestTemplateCustomizer(DeadlineInterceptor interceptor) {
        return template -> template.getInterceptors().add(interceptor);
    }
}
