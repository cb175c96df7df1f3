package io.meridian.breaker.autoconfigure;

import io.grpc.ManagedChannel;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientDefaultServiceConfigCustomizer;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientProperties;
import org.springframework.context.annotation.Bean;

/**
 * Calls over a gRPC channel go round the instances behind it, less those that fail. A channel whose own settings say how calls are
 * spread ({@code service-config.loadbalancing}, or a {@code default.load-balancing-policy} other than {@code round_robin}) is left as it
 * is.
 */
@AutoConfiguration
@ConditionalOnClass(
        value = {GrpcClientAutoConfiguration.class, ManagedChannel.class},
        name = "io.grpc.util.OutlierDetectionLoadBalancerProvider")
@ConditionalOnProperty(name = "meridian.breaker.ejection.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GrpcEjectionProperties.class)
public final class GrpcEjectionAutoConfiguration {

    private static final String SPREADING = "loadBalancingConfig";

    @Bean
    GrpcClientDefaultServiceConfigCustomizer grpcOutlierDetection(
            GrpcEjectionProperties properties, GrpcClientProperties channels) {
        var config = properties.detection().loadBalancingConfig();
        return (channel, serviceConfig) -> {
            if (spreadsEvenly(channels.getChannel().get(channel), channels.getChannel().get("default"))) {
                serviceConfig.putIfAbsent(SPREADING, config);
            }
        };
    }

    private static boolean spreadsEvenly(
            GrpcClientProperties.@Nullable Channel own, GrpcClientProperties.@Nullable Channel usual) {
        var settings = own != null ? own : usual;
        return settings == null
                || "round_robin".equals(settings.getDefault().getLoadBalancingPolicy());
    }
}
