package io.meridian.breaker.retry;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    private final ManualTime time = new ManualTime();
    private final Latencies latencies = new Latencies(time.nanos());

    @Test
    void nothingIsKnownOfAFewAnswers() {
        record(Latencies.LEAST - 1, 10);
        assertThat(latencies.quantileNanos(0.5)).isNegative();

        record(1, 10);
        assertThat(latencies.quantileNanos(0.5)).isPositive();
    }

    @Test
    void quantileIsAtMostAFifthTooLongAndNeverTooShort() {
        IntStream.rangeClosed(1, 1_000).forEach(millis -> latencies.record(MILLISECONDS.toNanos(millis)));

        assertThat(latencies.quantileNanos(0.5)).isBetween(500_000_000L, 600_000_000L);
        assertThat(latencies.quantileNanos(0.95)).isBetween(950_000_000L, 1_140_000_000L);
    }

    @Test
    void answersThatAreOldAreForgotten() {
        record(100, 1_000);
        time.advance(Duration.ofSeconds(6));
        record(100, 10);
        assertThat(latencies.quantileNanos(0.95)).as("of both windows").isGreaterThanOrEqualTo(1_000_000_000L);

        time.advance(Duration.ofSeconds(5));
        assertThat(latencies.quantileNanos(0.95)).isBetween(10_000_000L, 12_000_000L);

        time.advance(Duration.ofSeconds(10));
        assertThat(latencies.quantileNanos(0.95)).isNegative();
    }

    @Test
    void longestAndShortestCountToo() {
        IntStream.range(0, 20).forEach(_ -> latencies.record(Long.MAX_VALUE));
        assertThat(latencies.quantileNanos(1)).isEqualTo(Latencies.LONGEST.toNanos());

        IntStream.range(0, 2_000).forEach(_ -> latencies.record(0));
        assertThat(latencies.quantileNanos(0.5)).isEqualTo(100_000);
    }

    private void record(int times, long millis) {
        IntStream.range(0, times).forEach(_ -> latencies.record(MILLISECONDS.toNanos(millis)));
    }
}
