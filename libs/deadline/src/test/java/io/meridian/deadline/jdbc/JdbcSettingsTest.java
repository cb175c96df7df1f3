package io.meridian.deadline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class JdbcSettingsTest {

    @Test
    void limitsAreInside() {
        var least = new JdbcSettings(true, Duration.ZERO, Duration.ofMillis(1));
        var most = new JdbcSettings(false, JdbcSettings.MOST_SLACK, JdbcSettings.MOST_PATIENCE);

        assertThat(least.slack()).isZero();
        assertThat(most.patience()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void refusalNamesTheValueAndTheRange() {
        refused(Duration.ofMillis(-1), Duration.ofMillis(1), "slack must be in 0..1s, was PT-0.001S");
        refused(Duration.ofMillis(1001), Duration.ofMillis(1), "slack must be in 0..1s, was PT1.001S");
        refused(Duration.ZERO, Duration.ofNanos(999_999), "patience must be in 1ms..10s, was PT0.000999999S");
        refused(Duration.ZERO, Duration.ofSeconds(11), "patience must be in 1ms..10s, was PT11S");
    }

    private static void refused(Duration slack, Duration patience, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JdbcSettings(true, slack, patience))
                .withMessage(message);
    }
}
