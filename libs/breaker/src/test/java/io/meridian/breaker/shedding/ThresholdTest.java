package io.meridian.breaker.shedding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThresholdTest {

    private static final long WINDOW = 100;
    private long now = Long.MAX_VALUE - 50 * WINDOW;
    private final Threshold threshold = new Threshold(WINDOW);

    @Test
    void aShortOverloadKeepsNobodyOut() {
        windows(9, true, true);

        assertThat(threshold.admitted()).isEqualTo(Threshold.RANKS);
    }

    @Test
    void eachWindowOfALongOneLetsATwentiethLessIn() {
        windows(10, true, true);

        assertThat(threshold.admitted()).isBetween((int) (Threshold.RANKS * 0.94), (int) (Threshold.RANKS * 0.96));
        windows(1, true, true);
        assertThat(threshold.admitted()).isBetween((int) (Threshold.RANKS * 0.89), (int) (Threshold.RANKS * 0.92));
    }

    @Test
    void theMostImportantLevelIsAlwaysLetIn() {
        windows(500, true, true);

        assertThat(threshold.admitted()).isEqualTo(Importance.GROUPS);
    }

    @Test
    void aWindowWithoutOverloadLetsAHundredthInAgain() {
        windows(20, true, true);
        var before = threshold.admitted();

        windows(1, false, true);

        assertThat(threshold.admitted() - before).isBetween(5, 7);
    }

    @Test
    void oneInWhichNobodyHadToWaitLetsAQuarterOfTheRestIn() {
        windows(500, true, true);

        windows(1, false, false);
        assertThat(threshold.admitted()).isEqualTo(128 + 96);
        windows(30, false, false);
        assertThat(threshold.admitted()).isEqualTo(Threshold.RANKS);
    }

    @Test
    void aSilenceForgetsAll() {
        windows(500, true, true);

        now += 1_000_000 * WINDOW;
        threshold.at(now);

        assertThat(threshold.admitted()).isEqualTo(Threshold.RANKS);
        assertThat(threshold.overForNanos(now)).isZero();
    }

    private void windows(int number, boolean over, boolean waited) {
        for (var i = 0; i < number; i++) {
            threshold.at(now);
            for (var rank = 0; rank < Threshold.RANKS; rank++) {
                threshold.came(rank);
            }
            if (over) {
                threshold.overloaded();
            }
            if (waited) {
                threshold.waited();
            }
            now += WINDOW;
        }
        threshold.at(now);
    }
}
