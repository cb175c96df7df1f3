package io.meridian.breaker.ejection.grpc;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.LoadBalancerRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutlierDetectionTest {

    @Test
    @SuppressWarnings("unchecked")
    void whatIsSaidIsWhatGrpcJavaUnderstands() {
        var config = new OutlierDetection(ofMillis(500), ofSeconds(30), ofSeconds(60), 0.85, 2).loadBalancingConfig();
        var policy = Objects.requireNonNull(LoadBalancerRegistry.getDefaultRegistry()
                .getProvider(config.getFirst().keySet().iterator().next()));

        var understood = policy.parseLoadBalancingPolicyConfig(
                (Map<String, ?>) config.getFirst().values().iterator().next());

        assertThat(understood.getError()).isNull();
        assertThat(understood.getConfig())
                .hasFieldOrPropertyWithValue("intervalNanos", 500_000_000L)
                .hasFieldOrPropertyWithValue("baseEjectionTimeNanos", 30_000_000_000L)
                .hasFieldOrPropertyWithValue("maxEjectionTimeNanos", 60_000_000_000L)
                .hasFieldOrPropertyWithValue("maxEjectionPercent", 33)
                .hasFieldOrPropertyWithValue("failurePercentageEjection.threshold", 85)
                .hasFieldOrPropertyWithValue("failurePercentageEjection.minimumHosts", 2)
                .hasFieldOrPropertyWithValue("failurePercentageEjection.requestVolume", 2)
                .hasFieldOrPropertyWithValue("failurePercentageEjection.enforcementPercentage", 100)
                .hasFieldOrPropertyWithValue("successRateEjection.minimumHosts", 5);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.05S, PT30S, PT60S, 0.85, 2, 'interval must be between 100 ms and a minute, was PT0.05S'",
        "PT2M, PT30M, PT60M, 0.85, 2, 'interval must be between 100 ms and a minute, was PT2M'",
        "PT1S, PT0.5S, PT60S, 0.85, 2, 'out must be at least interval (PT1S), was PT0.5S'",
        "PT1S, PT30S, PT20S, 0.85, 2, 'longestOut must be between out (PT30S) and an hour, was PT20S'",
        "PT1S, PT30S, PT61M, 0.85, 2, 'longestOut must be between out (PT30S) and an hour, was PT1H1M'",
        "PT1S, PT30S, PT60S, 1, 2, 'failing must be in [0.5, 1), was 1.0'",
        "PT1S, PT30S, PT60S, 0.4, 2, 'failing must be in [0.5, 1), was 0.4'",
        "PT1S, PT30S, PT60S, NaN, 2, 'failing must be in [0.5, 1), was NaN'",
        "PT1S, PT30S, PT60S, 0.85, 0, 'calls must be at least 1, was 0'"
    })
    void nonsenseIsRefusedNamingTheValueAndTheRange(
            Duration interval, Duration out, Duration longestOut, double failing, int calls, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutlierDetection(interval, out, longestOut, failing, calls))
                .withMessage(why);
    }
}
