package io.meridian.edges.autoconfigure;

import io.meridian.edges.json.StrictJson;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import tools.jackson.databind.json.JsonMapper;

/** Makes the application's JSON strict; a service's own customizers may still loosen it, after this one. */
@AutoConfiguration
@ConditionalOnClass({JsonMapper.class, JsonMapperBuilderCustomizer.class})
public final class StrictJsonAutoConfiguration {

    /** After Boot's own, which is at 0 and applies what the properties say. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE - 100)
    JsonMapperBuilderCustomizer strictJson() {
        return StrictJson::apply;
    }
}
