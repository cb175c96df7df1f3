package io.meridian.edges.autoconfigure;

import io.meridian.edges.faults.FaultDesk;
import io.meridian.edges.http.FaultServlet;
import io.meridian.edges.reactive.ReactiveFaults;
import jakarta.servlet.Servlet;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** {@code /actuator/faults}, wherever the actuator is: on a port of its own or on the application's. */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnProperty("meridian.faults.enabled")
class FaultsManagementConfiguration {

    private static String path(WebEndpointProperties actuator) {
        return actuator.getBasePath() + "/faults";
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass({Servlet.class, ServletRegistrationBean.class})
    static class OnServlets {

        @Bean
        ServletRegistrationBean<FaultServlet> faultServlet(FaultDesk desk, WebEndpointProperties actuator) {
            var registration = new ServletRegistrationBean<>(new FaultServlet(desk), path(actuator));
            registration.setName("faults");
            return registration;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    @ConditionalOnClass(DispatcherHandler.class)
    static class OnWebFlux {

        @Bean
        RouterFunction<ServerResponse> faultRoutes(FaultDesk desk, WebEndpointProperties actuator) {
            return ReactiveFaults.desk(path(actuator), desk);
        }
    }
}
