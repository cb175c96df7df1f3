package io.meridian.gateway.admission;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowanceTest {

    private static final Rate TEN_A_SECOND_FIVE_AT_ONCE = new Rate(10, 5);

    @Test
    void restedClientMayAskAtOnceWhatABucketHolds() {
        var first = Allowance.after(ZERO, TEN_A_SECOND_FIVE_AT_ONCE);

        assertThat(first).isEqualTo(new Allowance(true, TEN_A_SECOND_FIVE_AT_ONCE, ofMillis(100)));
        assertThat(first.remaining()).isEqualTo(4);
    }

    @Test
    void lastTokenIsGivenAndTheNextRefused() {
        assertThat(Allowance.after(ofMillis(400), TEN_A_SECOND_FIVE_AT_ONCE).admitted()).isTrue();
        assertThat(Allowance.after(ofMillis(401), TEN_A_SECOND_FIVE_AT_ONCE))
                .isEqualTo(new Allowance(false, TEN_A_SECOND_FIVE_AT_ONCE, ofMillis(401)));
    }

    @Test
    void debtIsNeitherSavedUpNorMoreThanABucket() {
        assertThat(Allowance.after(ofSeconds(-3600), TEN_A_SECOND_FIVE_AT_ONCE).debt()).isEqualTo(ofMillis(100));
        assertThat(Allowance.after(ofSeconds(3600), TEN_A_SECOND_FIVE_AT_ONCE).debt()).isEqualTo(ofMillis(500));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1000, 1", "1, 1, 1, 1", "1, 30, 30000, 1", "100, 1, 10, 1"})
    void waitIsToldInWholeSecondsAndAtLeastOne(int perSecond, int burst, long debtMillis, long seconds) {
        assertThat(new Allowance(false, new Rate(perSecond, burst), ofMillis(debtMillis)).retryAfterSeconds())
                .isEqualTo(seconds);
    }

    @Test
    void resetIsWhenTheBucketIsFull() {
        assertThat(new Allowance(false, new Rate(1, 30), ofMillis(29_001)).resetSeconds()).isEqualTo(30);
        assertThat(new Allowance(true, new Rate(1, 30), ZERO).resetSeconds()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-1, 1", "100001, 1", "1, 0"})
    void rateThatCannotBeKeptIsRefused(int perSecond, int burst) {
        assertThatThrownBy(() -> new Rate(perSecond, burst))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was");
    }
}
