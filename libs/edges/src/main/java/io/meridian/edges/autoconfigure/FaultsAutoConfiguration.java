package io.meridian.edges.autoconfigure;

import io.grpc.BindableService;
import io.meridian.edges.ServedBy;
import io.meridian.edges.faults.FaultBoard;
import io.meridian.edges.faults.FaultDesk;
import io.meridian.edges.faults.FaultTargets;
import io.meridian.edges.grpc.FaultInterceptor;
import io.meridian.edges.http.FaultGate;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/**
 * Faults that can be set from outside, where {@code meridian.faults.enabled} is true and nowhere else: in tests and in a demo. Without
 * it nothing of this is there, neither on the management port nor on the way of a call.
 */
@AutoConfiguration(after = EdgesAutoConfiguration.class)
@ConditionalOnClass(JsonMapper.class)
@ConditionalOnProperty("meridian.faults.enabled")
public final class FaultsAutoConfiguration {

    @Bean
    FaultBoard faultBoard() {
        return FaultBoard.onThisMachine();
    }

    @Bean
    FaultDesk faultDesk(FaultBoard board, ObjectProvider<FaultTargets> doors) {
        return new FaultDesk(board, doors.orderedStream().toList());
    }

    /**
     * The time of day as a machine tells it whose clock is wrong, in the place of the application's own: {@code meridian.faults.clock-offset}
     * is a duration, negative for a clock that is slow. What measures time is not touched.
     */
    @Bean
    @Primary
    @ConditionalOnProperty("meridian.faults.clock-offset")
    InstantSource wrongClock(@Value("${meridian.faults.clock-offset}") Duration offset) {
        return InstantSource.offset(InstantSource.system(), offset);
    }

    /** Ends all faults before the servers wait for the calls that these hold up. */
    @Bean
    SmartLifecycle faultsEndFirst(FaultBoard board) {
        return new SmartLifecycle() {

            private volatile boolean running;

            @Override
            public void start() {
                running = true;
            }

            @Override
            public void stop() {
                running = false;
                board.close();
            }

            @Override
            public boolean isRunning() {
                return running;
            }
        };
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({GlobalServerInterceptor.class, BindableService.class})
    static class Grpc {

        /** Inside of observations, which are at 0, of deadlines, at 100, and of shedding, at 200: a call that is held up is work to all. */
        static final int ORDER = 300;

        @Bean
        @GlobalServerInterceptor
        @Order(ORDER)
        FaultInterceptor faultInterceptor(FaultBoard board) {
            return new FaultInterceptor(board);
        }

        @Bean
        FaultTargets grpcFaultTargets(ObjectProvider<BindableService> services) {
            return () -> FaultInterceptor.targets(services.orderedStream()
                            .map(BindableService::bindService)
                            .toList())
                    .targets();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass(DispatcherServlet.class)
    static class Servlet {

        @Bean
        FaultGate faultGate(FaultBoard board, ServedBy servedBy) {
            return new FaultGate(board, servedBy.shortName());
        }

        @Bean
        WebMvcConfigurer faultyRequests(FaultGate gate) {
            return new WebMvcConfigurer() {
                @Override
                public void addInterceptors(InterceptorRegistry registry) {
                    registry.addInterceptor(gate);
                }
            };
        }

        @Bean
        FaultTargets httpFaultTargets(FaultGate gate, ObjectProvider<RequestMappingHandlerMapping> mappings) {
            return () -> gate.targets(mappings.orderedStream().toList()).targets();
        }
    }
}
