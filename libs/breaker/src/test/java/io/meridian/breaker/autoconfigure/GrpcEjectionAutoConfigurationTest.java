package io.meridian.breaker.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientDefaultServiceConfigCustomizer;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class GrpcEjectionAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withBean(SslBundles.class, DefaultSslBundleRegistry::new)
            .withConfiguration(
                    AutoConfigurations.of(GrpcClientAutoConfiguration.class, GrpcEjectionAutoConfiguration.class));

    @Test
    void everyChannelIsWatchedWithoutASetting() {
        runner.withPropertyValues("spring.grpc.client.channel.inventory.target=static://127.0.0.1:1").run(context -> {
            var customizer = context.getBean(GrpcClientDefaultServiceConfigCustomizer.class);

            assertThat(config(customizer, "inventory", Map.of()).toString()).contains("outlier_detection_experimental", "0.500000000s");
            assertThat(config(customizer, "anything", Map.of()).toString()).contains("outlier_detection_experimental");
        });
    }

    @Test
    void aChannelThatSaysHowItsCallsAreSpreadIsLeftAsItIs() {
        runner.withPropertyValues("spring.grpc.client.channel.one.default.load-balancing-policy=pick_first").run(context -> {
            var customizer = context.getBean(GrpcClientDefaultServiceConfigCustomizer.class);

            assertThat(config(customizer, "one", Map.of())).isEmpty();
            assertThat(config(customizer, "two", Map.of("loadBalancingConfig", "mine")))
                    .isEqualTo(Map.of("loadBalancingConfig", "mine"));
        });
    }

    @Test
    void settingsThatCannotBeMeantStopTheStart() {
        runner.withPropertyValues("meridian.breaker.ejection.grpc.failing=0.3").run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessage("failing must be in [0.5, 1), was 0.3"));
    }

    @Test
    void itCanBeSwitchedOffAndNeedsGrpc() {
        runner.withPropertyValues("meridian.breaker.ejection.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(GrpcClientDefaultServiceConfigCustomizer.class));
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(GrpcEjectionAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("io.grpc"))
                .run(context -> assertThat(context).hasNotFailed());
    }

    private static Map<String, Object> config(
            GrpcClientDefaultServiceConfigCustomizer customizer, String channel, Map<String, Object> before) {
        var config = new HashMap<>(before);
        customizer.customize(channel, config);
        return config;
    }
}
