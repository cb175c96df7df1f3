package io.meridian.order.settling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SettlingTest {

    private static final Settling SETTLING = pausing(Duration.ofSeconds(1), Duration.ofSeconds(60));

    @Test
    void aPauseIsAtLeastHalfAndAtMostAllOfADoublingThatEndsAtTheLongest() {
        var random = new Random(5);
        for (var attempts = 1; attempts <= 100; attempts++) {
            var doubled = Math.min(60_000, 1_000L << Math.min(attempts - 1, 20));
            for (var draw = 0; draw < 200; draw++) {
                assertThat(SETTLING.pauseAfter(attempts, random).toMillis()).isBetween(doubled / 2, doubled);
            }
        }
    }

    @Test
    void whatStoppedTogetherDoesNotComeBackTogether() {
        var random = new Random(5);
        var pauses = new HashSet<Duration>();
        for (var order = 0; order < 100; order++) {
            pauses.add(SETTLING.pauseAfter(4, random));
        }

        assertThat(pauses).hasSizeGreaterThan(80);
    }

    @Test
    void thePauseOfAMillisecondIsStillOne() {
        var shortest = pausing(Duration.ofMillis(1), Duration.ofMillis(1));

        assertThat(shortest.pauseAfter(Integer.MAX_VALUE, new Random(5))).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void aLongestPauseOfMoreThanAMinuteIsRefused() {
        assertThatThrownBy(() -> pausing(Duration.ofSeconds(1), Duration.ofSeconds(61)))
                .hasMessageContaining("longestPause must be at most PT1M, was PT1M1S");
    }

    private static Settling pausing(Duration first, Duration longest) {
        return new Settling(16, Duration.ofSeconds(15), first, longest, Duration.ofMinutes(2));
    }
}
