package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.tomcat.AttentiveProtocol;
import org.apache.catalina.startup.Tomcat;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Has Tomcat listen for callers that hang up; not if the service has chosen a protocol itself. */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnProperty(
        name = {"meridian.deadline.enabled", "meridian.deadline.tomcat.enabled"},
        matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({Tomcat.class, TomcatServletWebServerFactory.class})
public class TomcatDeadlineAutoConfiguration {

    /** After the service's own customizers, which may choose. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> attentiveTomcat() {
        return factory -> {
            if (TomcatWebServerFactory.DEFAULT_PROTOCOL.equals(factory.getProtocol())) {
                factory.setProtocol(AttentiveProtocol.class.getName());
            }
        };
    }
}
