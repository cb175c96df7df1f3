package io.meridian.breaker.autoconfigure;

import io.grpc.ServerInterceptor;
import io.meridian.breaker.grpc.SheddingServerInterceptor;
import io.meridian.breaker.shedding.Doorkeeper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;

/** Sheds calls that come by gRPC. */
@AutoConfiguration
@ConditionalOnProperty(name = "meridian.breaker.shedding.enabled", matchIfMissing = true)
@ConditionalOnClass({GrpcServerAutoConfiguration.class, ServerInterceptor.class})
@Import(DoorkeeperConfiguration.class)
public final class GrpcServerSheddingAutoConfiguration {

    /** Inside Boot's observation, which is at 0, and what opens the deadline, at 100. */
    static final int ORDER = 200;

    @Bean
    @GlobalServerInterceptor
    @Order(ORDER)
    @ConditionalOnMissingBean
    SheddingServerInterceptor grpcServerShedding(Doorkeeper doorkeeper, SheddingProperties properties) {
        return new SheddingServerInterceptor(doorkeeper, properties.methods());
    }
}
