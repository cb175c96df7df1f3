package io.meridian.deadline.autoconfigure;

import io.grpc.ClientInterceptor;
import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.grpc.DeadlineClientInterceptor;
import io.meridian.deadline.grpc.Hops;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.client.GlobalClientInterceptor;

/** Deadlines of the gRPC calls that go out. */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnClass({GrpcClientAutoConfiguration.class, ClientInterceptor.class})
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GrpcDeadlineProperties.class)
public final class GrpcClientDeadlineAutoConfiguration {

    /** Outside of all that says nothing about its order, as Boot's observation and timers do. */
    static final int ORDER = 0;

    @Bean
    @ConditionalOnMissingBean
    Hops grpcHops(GrpcDeadlineProperties properties) {
        return new Hops(properties::hop);
    }

    @Bean
    @GlobalClientInterceptor
    @Order(ORDER)
    @ConditionalOnMissingBean
    DeadlineClientInterceptor grpcClientDeadlines(Hops grpcHops, DeadlineListeners listeners, MissingDeadline missing) {
        return new DeadlineClientInterceptor(grpcHops, listeners.all(), missing);
    }
}
