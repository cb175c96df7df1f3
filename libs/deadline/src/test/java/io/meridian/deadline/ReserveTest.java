package io.meridian.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReserveTest {

    @ParameterizedTest
    @CsvSource({
        // remaining, one way -> kept, in ms
        "100, 0, 5",
        "1000, 0, 30",
        "1000, 20, 40",
        "10000, 0, 50",
        "100, 1000, 50",
        "3, 0, 5",
        "0, 0, 5",
        "-1000, 0, 5"
    })
    void keepsTheMostOfWhatIsWantedWithinItsBounds(long remainingMillis, long oneWayMillis, long keptMillis) {
        var kept = Reserve.USUAL.of(remainingMillis * 1_000_000, oneWayMillis * 1_000_000);

        assertThat(kept).isEqualTo(keptMillis * 1_000_000);
    }

    @Test
    void absurdNumbersStayWithinItsBounds() {
        assertThat(Reserve.USUAL.of(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(50_000_000);
        assertThat(Reserve.USUAL.of(Long.MIN_VALUE, 0)).isEqualTo(5_000_000);
    }

    @ParameterizedTest
    @CsvSource({"-1, 50, 2, 0.03", "5, 4, 2, 0.03", "5, 50, -1, 0.03", "5, 50, NaN, 0.03", "5, 50, Infinity, 0.03",
        "5, 50, 2, -0.1", "5, 50, 2, 1.1", "5, 50, 2, NaN"})
    void impossibleReserveIsRefused(long least, long most, double roundTrips, double share) {
        assertThatThrownBy(() -> new Reserve(Duration.ofMillis(least), Duration.ofMillis(most), roundTrips, share))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was ");
    }
}
