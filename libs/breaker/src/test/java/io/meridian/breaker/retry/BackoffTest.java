package io.meridian.breaker.retry;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    @ParameterizedTest
    @CsvSource({"0, 25", "1, 50", "2, 100", "3, 200", "4, 250", "1000000, 250"})
    void waitIsAnythingUpToABoundThatDoubles(int repetition, long mostMillis) {
        var random = new Random(4711);

        var waits = LongStream.generate(() -> Backoff.USUAL.nanos(repetition, random))
                .limit(2_000)
                .summaryStatistics();

        assertThat(waits.getMin()).isBetween(0L, ofMillis(mostMillis).toNanos() / 100);
        assertThat(waits.getMax())
                .isBetween(ofMillis(mostMillis).toNanos() * 99 / 100, ofMillis(mostMillis).toNanos());
        assertThat(waits.getAverage()).isBetween(mostMillis * 0.47e6, mostMillis * 0.53e6);
    }

    @Test
    void nothingAtAllIsAWaitToo() {
        assertThat(new Backoff(Duration.ZERO, Duration.ZERO).nanos(3, new Random(1))).isZero();
    }

    @Test
    void nonsenseIsRefusedWithItsValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(ofMillis(-1), ofMillis(1)))
                .withMessageContaining("PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(ofMillis(20), ofMillis(10)))
                .withMessageContaining("PT0.01S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(ofMillis(20), Duration.ofMinutes(2)))
                .withMessageContaining("PT2M");
    }
}
