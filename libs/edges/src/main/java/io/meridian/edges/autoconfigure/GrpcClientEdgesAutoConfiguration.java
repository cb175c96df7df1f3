package io.meridian.edges.autoconfigure;

import io.meridian.edges.grpc.CallReserve;
import io.meridian.edges.grpc.HopTimer;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.grpc.client.GlobalClientInterceptor;

/** Measures the hops a request makes by gRPC. */
@AutoConfiguration(after = EdgesAutoConfiguration.class)
@ConditionalOnClass({GlobalClientInterceptor.class, io.grpc.ClientInterceptor.class})
public final class GrpcClientEdgesAutoConfiguration {

    @Bean
    @GlobalClientInterceptor
    HopTimer hopTimer(ObjectProvider<CallReserve> reserve) {
        return new HopTimer(System::nanoTime, reserve.getIfAvailable(() -> _ -> Optional.empty()));
    }
}
