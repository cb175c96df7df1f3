package io.meridian.outbox.hearing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyWindowTest {

    private final LatencyWindow window = new LatencyWindow(5);

    @Test
    void percentileIsNeverTooLowAndAtMostAnEighthTooHigh() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            window.clear();
            long millis = 1 + random.nextLong(100_000);
            for (int i = 0; i < 100; i++) {
                window.add(Duration.ofMillis(millis));
            }

            var found = window.percentile(0.95, 0, Duration.ZERO);

            assertThat(found).isBetween(Duration.ofMillis(millis), Duration.ofMillis(millis).multipliedBy(9).dividedBy(8));
        }
    }

    @Test
    void oneInTwentyDoesNotMakeAWindowSlowAndTwoDo() {
        for (int i = 0; i < 19; i++) {
            window.add(Duration.ofMillis(10));
        }
        window.add(Duration.ofSeconds(9));
        assertThat(window.percentile(0.95, 0, Duration.ZERO)).isLessThan(Duration.ofMillis(12));

        window.add(Duration.ofSeconds(9));
        assertThat(window.percentile(0.95, 0, Duration.ZERO)).isGreaterThanOrEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void whatHangsCountsThoughItHasNotEnded() {
        for (int i = 0; i < 10; i++) {
            window.add(Duration.ofMillis(10));
        }

        assertThat(window.percentile(0.95, 3, Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void oldStepsAreForgotten() {
        window.add(Duration.ofSeconds(9));
        for (int step = 0; step < 5; step++) {
            assertThat(window.count()).isEqualTo(1);
            window.advance();
        }

        assertThat(window.count()).isZero();
        assertThat(window.percentile(0.95, 0, Duration.ZERO)).isZero();
    }
}
