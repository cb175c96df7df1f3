package io.meridian.breaker.autoconfigure;

import io.grpc.ClientInterceptor;
import io.meridian.breaker.Breakers;
import io.meridian.breaker.grpc.BreakerClientInterceptor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.client.GlobalClientInterceptor;

/** Breakers before the gRPC calls that go out, one for each service that is called. */
@AutoConfiguration(after = BreakerAutoConfiguration.class)
@ConditionalOnClass({GrpcClientAutoConfiguration.class, ClientInterceptor.class})
@ConditionalOnBean(Breakers.class)
public final class GrpcClientBreakerAutoConfiguration {

    /** Inside of what gives a call its deadline, which is at 0; outside of all that says nothing about its order, as Boot's observation. */
    static final int ORDER = 100;

    @Bean
    @GlobalClientInterceptor
    @Order(ORDER)
    @ConditionalOnMissingBean
    BreakerClientInterceptor grpcClientBreakers(Breakers breakers) {
        return new BreakerClientInterceptor(breakers);
    }
}
