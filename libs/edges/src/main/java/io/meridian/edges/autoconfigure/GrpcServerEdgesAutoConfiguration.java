package io.meridian.edges.autoconfigure;

import io.meridian.edges.grpc.Faults;
import java.util.concurrent.Executors;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerExecutorProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.grpc.server.GrpcServerFactory;

/** The gRPC door. */
@AutoConfiguration(after = EdgesAutoConfiguration.class, before = GrpcServerAutoConfiguration.class)
@ConditionalOnClass({GrpcServerFactory.class, GrpcServerExecutorProvider.class})
public final class GrpcServerEdgesAutoConfiguration {

    /** One virtual thread per call, so that a handler may block; Tomcat and Kafka have theirs from Boot. */
    @Bean
    @ConditionalOnMissingBean
    GrpcServerExecutorProvider virtualThreads() {
        var threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("grpc-", 0).factory());
        return () -> threads;
    }

    @Bean
    @ConditionalOnMissingBean
    Faults grpcFaults() {
        return new Faults();
    }
}
