package io.meridian.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ManualTimeTest {

    private final ManualTime time = new ManualTime();

    @Test
    void standsStillUntilItIsAdvanced() {
        assertThat(time.nanos().getAsLong()).isEqualTo(time.nanos().getAsLong());
        assertThat(time.instants().instant()).isEqualTo(time.now());
    }

    @Test
    void bothClocksAdvanceTogether() {
        var clock = time.nanos();
        long nanosBefore = clock.getAsLong();
        var instantBefore = time.now();

        time.advance(Duration.ofSeconds(5));

        assertThat(clock.getAsLong() - nanosBefore).isEqualTo(TimeUnit.SECONDS.toNanos(5));
        assertThat(Duration.between(instantBefore, time.now())).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void nanoClockOverflowsAfterThreeSeconds() {
        long before = time.nanos().getAsLong();

        time.advance(Duration.ofSeconds(4));

        assertThat(time.nanos().getAsLong()).isNegative();
        assertThat(time.nanos().getAsLong() - before).isPositive();
    }

    @Test
    void clocksAreFarApart() {
        long wallNanos = TimeUnit.MILLISECONDS.toNanos(time.now().toEpochMilli());

        assertThat(Math.abs(time.nanos().getAsLong() - wallNanos)).isGreaterThan(Duration.ofDays(3650).toNanos());
    }

    @Test
    void neverRunsBackwards() {
        assertThatThrownBy(() -> time.advance(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.001S");
    }
}
