package io.meridian.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InventorySettingsTest {

    private static final Duration ONE = Duration.ofSeconds(1);

    @Test
    void sensibleSettingsAreTaken() {
        assertThat(new InventorySettings(ONE, ONE, 1, ONE, ONE).sweepBatch()).isEqualTo(1);
    }

    @Test
    void eachRefusalNamesTheSettingAndTheValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InventorySettings(Duration.ZERO, ONE, 1, ONE, ONE))
                .withMessageContaining("meridian.inventory.hold-for")
                .withMessageContaining("PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InventorySettings(ONE, Duration.ofNanos(1), 1, ONE, ONE))
                .withMessageContaining("meridian.inventory.sweep-every");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InventorySettings(ONE, ONE, 0, ONE, ONE))
                .withMessageContaining("meridian.inventory.sweep-batch")
                .withMessageContaining("was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InventorySettings(ONE, ONE, 1, ONE.negated(), ONE))
                .withMessageContaining("meridian.inventory.cache-for");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InventorySettings(ONE, ONE, 1, ONE, Duration.ZERO))
                .withMessageContaining("meridian.inventory.cache-pause");
    }
}
