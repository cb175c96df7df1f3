package io.meridian.deadline;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetHeaderTest {

    @Test
    void saysWhatWasGrantedAndWhatIsLeft() {
        assertThat(BudgetHeader.write(ofMillis(1500), ofNanos(310_250_999))).isEqualTo("granted=1500, left=310.250");
        assertThat(BudgetHeader.write(ofMillis(20), ofMillis(-3))).isEqualTo("granted=20, left=0");
    }

    @Test
    void isReadAsItWasWritten() {
        var read = BudgetHeader.read(BudgetHeader.write(ofMillis(1500), ofNanos(310_250_000)));

        assertThat(read).contains(new BudgetHeader.Budget(ofMillis(1500), ofNanos(310_250_000)));
        assertThat(read.orElseThrow().used()).isEqualTo(ofNanos(1_189_750_000));
    }

    @Test
    void nobodyHasUsedLessThanNothing() {
        assertThat(new BudgetHeader.Budget(ofMillis(10), ofMillis(12)).used()).isZero();
    }

    @Test
    void isAbsentIfThereIsNone() {
        assertThat(BudgetHeader.read(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "granted=1", "granted=1,left=1", "left=1, granted=1", "granted=a, left=1", "granted=1, left=-1"})
    void isAbsentIfItCannotBeRead(String value) {
        assertThat(BudgetHeader.read(value)).isEmpty();
    }
}
