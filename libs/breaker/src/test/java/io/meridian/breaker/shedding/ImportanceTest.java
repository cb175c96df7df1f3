package io.meridian.breaker.shedding;

import static io.meridian.breaker.shedding.Priority.CRITICAL;
import static io.meridian.breaker.shedding.Priority.CRITICAL_PLUS;
import static io.meridian.breaker.shedding.Priority.SHEDDABLE;
import static io.meridian.breaker.shedding.Priority.SHEDDABLE_PLUS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImportanceTest {

    @ParameterizedTest
    @CsvSource({
        "CRITICAL, sheddable, SHEDDABLE",
        "CRITICAL, SHEDDABLE-PLUS, SHEDDABLE_PLUS",
        "CRITICAL, critical-plus, CRITICAL",
        "SHEDDABLE, critical-plus, SHEDDABLE",
        "SHEDDABLE_PLUS, nonsense, SHEDDABLE_PLUS",
        "CRITICAL_PLUS, sheddable, CRITICAL_PLUS"
    })
    void aCallerCanLowerAndNeverRaise(Priority known, String wish, Priority taken) {
        assertThat(Importance.read(known, wish, null).priority()).isEqualTo(taken);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "128", "x", "", "99999999999"})
    void aGroupThatCannotBeReadIsTheMiddle(String group) {
        assertThat(Importance.read(CRITICAL, null, group)).isEqualTo(Importance.of(CRITICAL));
        assertThat(Importance.read(CRITICAL, null, "127").group()).isEqualTo(127);
    }

    @Test
    void aUserStaysInItsGroupForAnHourAndUsersAreSpreadOverAll() {
        var hour = Duration.ofHours(1).toMillis();

        assertThat(Importance.group("customer:ada", 5 * hour)).isEqualTo(Importance.group("customer:ada", 6 * hour - 1));
        assertThat(IntStream.range(0, 24).map(it -> Importance.group("customer:ada", it * hour)).distinct().count())
                .isGreaterThan(12);
        assertThat(IntStream.range(0, 10_000).map(it -> Importance.group("customer:" + it, 0)).distinct().count())
                .isEqualTo(Importance.GROUPS);
    }

    @Test
    void wordsAreThoseOfTheHeaders() {
        assertThat(SHEDDABLE_PLUS.word()).isEqualTo("sheddable-plus");
        assertThat(Priority.of("critical-plus")).contains(CRITICAL_PLUS);
        assertThat(Priority.of("CRITICAL_PLUS")).isEmpty();
    }

    @Test
    void nonsenseIsRefusedWithItsRange() {
        assertThatThrownBy(() -> new Importance(CRITICAL, 128)).hasMessage("a user's group is in 0..127, was 128");
        assertThatThrownBy(() -> DoorSettings.of(0)).hasMessage("limit must be in 1..100000, was 0");
        assertThatThrownBy(() -> new DoorSettings(1, 1, Duration.ofMillis(50), Duration.ofMillis(20)))
                .hasMessage("interval must be from 50ms to 10000ms, was 20ms");
    }
}
