package io.meridian.edges.autoconfigure;

import io.meridian.edges.ServedBy;
import io.meridian.edges.TimeIsUp;
import io.meridian.edges.TraceIds;
import io.meridian.edges.http.EdgeFilter;
import io.meridian.edges.http.ProblemReportValve;
import io.meridian.edges.http.ProblemResolver;
import io.meridian.edges.http.Refusals;
import java.util.List;
import org.apache.catalina.startup.Tomcat;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.ExceptionHandlerExceptionResolver;

/** The servlet door. */
@AutoConfiguration(after = EdgesAutoConfiguration.class, before = ErrorMvcAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({DispatcherServlet.class, ErrorController.class})
public final class ServletEdgesAutoConfiguration {

    @Bean
    Refusals refusals(ObjectProvider<TraceIds> traceIds, ObjectProvider<TimeIsUp> timeIsUp) {
        return new Refusals(traceIds.getIfAvailable(() -> () -> null), timeIsUp.getIfAvailable(() -> () -> false));
    }

    /** After the observation, which is one below the highest: the trace exists, and a refusal is part of it. */
    @Bean
    FilterRegistrationBean<EdgeFilter> edgeFilter(
            ServedBy servedBy, ObjectProvider<TraceIds> traceIds, EdgesProperties properties, Refusals refusals) {
        var filter = new EdgeFilter(
                servedBy,
                traceIds.getIfAvailable(() -> () -> null),
                properties.maxBody().toBytes(),
                refusals,
                System::nanoTime);
        var registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return registration;
    }

    @Bean
    WebMvcConfigurer problemResolution(Refusals refusals) {
        return new WebMvcConfigurer() {
            @Override
            public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
                var first = !resolvers.isEmpty() && resolvers.getFirst() instanceof ExceptionHandlerExceptionResolver;
                resolvers.add(first ? 1 : 0, new ProblemResolver(refusals));
            }
        };
    }

    @Bean
    @ConditionalOnMissingBean(ErrorController.class)
    ErrorPage errorPage(Refusals refusals) {
        return new ErrorPage(refusals);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Tomcat.class, ConfigurableTomcatWebServerFactory.class})
    static class TomcatConfiguration {

        @Bean
        WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> problemReports(ServedBy servedBy) {
            return factory -> factory.addContextCustomizers(
                    context -> context.getParent().getPipeline().addValve(new ProblemReportValve(servedBy)));
        }
    }
}
