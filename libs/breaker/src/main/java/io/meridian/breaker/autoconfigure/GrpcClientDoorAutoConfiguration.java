package io.meridian.breaker.autoconfigure;

import io.grpc.ClientInterceptor;
import io.meridian.breaker.grpc.DoorClientInterceptor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.grpc.client.GlobalClientInterceptor;

/** The gRPC calls that are made for calls that came through a door. */
@AutoConfiguration
@ConditionalOnProperty(name = "meridian.breaker.shedding.enabled", matchIfMissing = true)
@ConditionalOnClass({GrpcClientAutoConfiguration.class, ClientInterceptor.class})
public final class GrpcClientDoorAutoConfiguration {

    @Bean
    @GlobalClientInterceptor
    @ConditionalOnMissingBean
    DoorClientInterceptor grpcClientDoor() {
        return new DoorClientInterceptor();
    }
}
