package io.meridian.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void numbersAreSaidAsPeopleReadThem() {
        assertThat(Figures.bytes(OptionalLong.of(1_184_000_000))).isEqualTo("1.18 GB");
        assertThat(Figures.bytes(OptionalLong.of(41_900_000))).isEqualTo("41 MB");
        assertThat(Figures.bytes(OptionalLong.empty())).isEqualTo("?");
        assertThat(Figures.money(3998, "EUR")).isEqualTo("39.98 EUR");
        assertThat(Figures.money(5, "EUR")).isEqualTo("0.05 EUR");
        assertThat(Figures.seconds(Duration.ofMillis(11_849))).isEqualTo("11.8 s");
    }

    @Test
    void agesHaveTwoUnitsAtMost() {
        assertThat(Figures.age(Duration.ofSeconds(-1))).isEqualTo("0 s");
        assertThat(Figures.age(Duration.ofSeconds(59))).isEqualTo("59 s");
        assertThat(Figures.age(Duration.ofSeconds(125))).isEqualTo("2 m 5 s");
        assertThat(Figures.age(Duration.ofMinutes(125))).isEqualTo("2 h 5 m");
        assertThat(Figures.age(Duration.ofHours(50))).isEqualTo("2 d 2 h");
    }
}
