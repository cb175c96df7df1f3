package io.meridian.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class OrderSettingsTest {

    @Test
    void defaultsFitTogether() {
        var settings = bound(Map.of());

        assertThat(settings.placing().patience().hold()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.settling().settling().giveUpAfter()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.keysKept()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void settlingMustNotComeBeforePlacingIsOver() {
        assertThatThrownBy(() -> bound(Map.of("meridian.order.settling.after", "4s")))
                .isInstanceOf(BindException.class)
                .rootCause()
                .hasMessageContaining("meridian.order.settling.after must be longer than placing.total (PT4.5S), was PT4S");
    }

    @Test
    void aLeaseMustOutliveADrive() {
        assertThatThrownBy(() -> bound(Map.of("meridian.order.settling.lease", "3s")))
                .rootCause()
                .hasMessageContaining("meridian.order.settling.lease");
    }

    private static OrderSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("meridian.order", OrderSettings.class);
    }
}
