package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.Hops;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The ways to other hosts, which all clients of a service share. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpDeadlineProperties.class)
class HttpHopsConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "httpHops")
    Hops httpHops(HttpDeadlineProperties properties) {
        return properties.outgoing();
    }
}
