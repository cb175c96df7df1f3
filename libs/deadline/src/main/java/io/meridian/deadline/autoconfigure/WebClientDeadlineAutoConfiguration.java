package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.Hops;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.webclient.DeadlineExchangeFilter;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.client.WebClient;

/** Bounds the calls of the service's {@code WebClient}s that come from Boot's builder. */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
@ConditionalOnClass({WebClient.class, WebClientCustomizer.class})
@Import(HttpHopsConfiguration.class)
public class WebClientDeadlineAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    DeadlineExchangeFilter deadlineExchangeFilter(
            @Qualifier("httpHops") Hops hops, DeadlineListeners listeners, MissingDeadline missing) {
        return new DeadlineExchangeFilter(hops, listeners.all(), missing);
    }

    /** The last filter is the nearest to the network. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebClientCustomizer deadlineWebClientCustomizer(DeadlineExchangeFilter filter) {
        return builder -> builder.filter(filter);
    }
}
