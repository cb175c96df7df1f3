package io.meridian.edges.autoconfigure;

import io.meridian.edges.ServedBy;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** What the doors of all technologies need. */
@AutoConfiguration
@EnableConfigurationProperties(EdgesProperties.class)
public final class EdgesAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ServedBy servedBy(Environment environment) {
        return new ServedBy(
                environment.getProperty("spring.application.name", "application"),
                environment.getProperty("meridian.version", "unversioned"),
                environment.getProperty("meridian.arm", "stable"));
    }

    @Bean
    Drain drain(ApplicationContext context, EdgesProperties properties) {
        return new Drain(context, properties.drain(), Drain::sleep);
    }
}
