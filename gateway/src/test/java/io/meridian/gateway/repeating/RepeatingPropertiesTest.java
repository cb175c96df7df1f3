package io.meridian.gateway.repeating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.breaker.retry.RetrySettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RepeatingPropertiesTest {

    @Test
    void nothingHasToBeSet() {
        var usual = bound(Map.of());

        assertThat(usual.settings()).isEqualTo(RetrySettings.USUAL);
        assertThat(usual.share()).isEqualTo(0.1);
        assertThat(usual.hedgeShare()).isEqualTo(0.05);
        assertThat(usual.perSecond()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "attempts, 3, 1 or 2",
        "attempts, 0, 1 or 2",
        "backoff, 300ms, 0 s to 250 ms",
        "backoff, -1ms, 0 s to 250 ms",
        "least, -1ms, 0 s or more",
        "share, 1.5, 0 to 1",
        "per-second, -1, 0 or more",
        "hedge-share, 0.2, 'which is 0.1'",
        "hedge-after, 0ms, above 0 s"
    })
    void nonsenseIsRefusedWithItsNameItsValueAndTheRange(String name, String value, String range) {
        assertThatThrownBy(() -> bound(Map.of("meridian.gateway.repeating." + name, value)))
                .rootCause()
                .hasMessageContaining("meridian.gateway.repeating." + name)
                .hasMessageContaining(range)
                .hasMessageContaining(", was ");
    }

    private static RepeatingProperties bound(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("meridian.gateway.repeating", RepeatingProperties.class);
    }
}
