package io.meridian.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meridian.outbox.RelayLag;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LagAlarmTest {

    private static final long MEGABYTE = 1 << 20;
    private final LagAlarm alarm = new LagAlarm(256 * MEGABYTE, Duration.ofSeconds(20));

    @Test
    void whatKeepsUpIsNoReasonToComplain() {
        assertThat(alarm.complaint(lag(255 * MEGABYTE, -1, 19), false)).isNull();
    }

    @Test
    void ageAtItsBoundRingsUntilItIsBelowHalf() {
        assertThat(alarm.complaint(lag(0, -1, 20), false)).contains("waits for 20 s", "less than 20 s");
        assertThat(alarm.complaint(lag(0, -1, 10), true)).isNotNull();
        assertThat(alarm.complaint(lag(0, -1, 9), true)).isNull();
    }

    @Test
    void bytesAtTheirBoundRingUntilTheyAreBelowHalf() {
        assertThat(alarm.complaint(lag(256 * MEGABYTE, -1, 0), false)).contains("256 MB");
        assertThat(alarm.complaint(lag(128 * MEGABYTE, -1, 0), true)).isNotNull();
        assertThat(alarm.complaint(lag(127 * MEGABYTE, -1, 0), true)).isNull();
    }

    @Test
    void halfOfWhatTheSlotMayHoldBackRingsEarlier() {
        assertThat(alarm.complaint(lag(50 * MEGABYTE, 100 * MEGABYTE, 0), false)).contains("less than 50 MB");
        assertThat(alarm.complaint(lag(49 * MEGABYTE, 100 * MEGABYTE, 0), false)).isNull();
    }

    @Test
    void boundsThatCannotBeMeantAreRefusedBySetting() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LagAlarm(0, Duration.ofSeconds(1)))
                .withMessageContaining("meridian.outbox.relay.alarm-size");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LagAlarm(1, Duration.ZERO))
                .withMessageContaining("meridian.outbox.relay.alarm-age");
    }

    private static RelayLag lag(long bytes, long limitBytes, long seconds) {
        return new RelayLag(bytes, limitBytes, Duration.ofSeconds(seconds), 0, Duration.ZERO);
    }
}
