package io.meridian.deadline.autoconfigure;

import io.grpc.ServerInterceptor;
import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.grpc.DeadlineServerInterceptor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;

/** Deadlines of the gRPC calls that come in. */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnClass({GrpcServerAutoConfiguration.class, ServerInterceptor.class})
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GrpcDeadlineProperties.class)
public final class GrpcServerDeadlineAutoConfiguration {

    /** Inside Spring's translation of exceptions, which comes first of all, and inside Boot's observation, which is at 0. */
    static final int ORDER = 100;

    @Bean
    @GlobalServerInterceptor
    @Order(ORDER)
    @ConditionalOnMissingBean
    DeadlineServerInterceptor grpcServerDeadlines(GrpcDeadlineProperties properties, DeadlineListeners listeners) {
        return new DeadlineServerInterceptor(properties.budgets(), listeners.all());
    }
}
