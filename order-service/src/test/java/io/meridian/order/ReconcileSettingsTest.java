package io.meridian.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ReconcileSettingsTest {

    @Test
    void comparesTheLastDayAndLeavesFiveMinutesOut() {
        var settings = bind(Map.of());

        assertThat(settings.since()).hasHours(24);
        assertThat(settings.grace()).hasMinutes(5);
        assertThat(settings.report()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "since, -1s, must not be negative",
        "since, 5m, must be longer than grace",
        "grace, -1s, must not be negative",
        "patience, -1ms, must not be negative",
        "between, 0s, must be positive",
        "page, 0s, must be positive",
        "page-size, 0, must be in 1..500",
        "page-size, 501, must be in 1..500",
        "at-most, 0, 'must be in 1..100000'"
    })
    void aBadSettingIsNamedWithWhatWasExpectedAndFound(String name, String value, String expected) {
        assertThatThrownBy(() -> bind(Map.of("meridian.reconcile." + name, value)))
                .rootCause()
                .hasMessageContaining("meridian.reconcile." + name)
                .hasMessageContaining(expected)
                .hasMessageContaining("was");
    }

    private static ReconcileSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("meridian.reconcile", ReconcileSettings.class);
    }
}
