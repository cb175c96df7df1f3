package io.meridian.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.springframework.util.backoff.BackOffExecution.STOP;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RetrySettingsTest {

    private final RetrySettings settings = new RetrySettings(
            Duration.ofMillis(100), Duration.ofSeconds(2), 5, Duration.ofSeconds(5), Duration.ofMinutes(5));

    @Test
    void unreadableRecordIsNeverTriedAgain() {
        assertThat(pauses(Verdict.UNREADABLE)).isEmpty();
    }

    @Test
    void faultyRecordHoldsItsPartitionForSecondsOnly() {
        assertThat(pauses(Verdict.FAULTY)).containsExactly(100, 200, 400, 800, 1600);
    }

    @Test
    void failingDatabaseIsWaitedForAsLongAsWasSaid() {
        var pauses = pauses(Verdict.TRANSIENT);

        assertThat(LongStream.of(pauses).sum()).isBetween(295_000L, 305_000L);
        assertThat(LongStream.of(pauses).max()).hasValue(5_000);
    }

    @Test
    void unreachableDatabaseIsWaitedForWithoutEnd() {
        assertThat(pauses(Verdict.UNREACHABLE)).hasSize(10_000);
    }

    @Test
    void pauseThatWouldLoseThePartitionIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(
                        Duration.ofMillis(100), Duration.ofSeconds(2), 5, Duration.ofMinutes(2), Duration.ofMinutes(5)))
                .withMessageContaining("transientPause");
    }

    private long[] pauses(Verdict verdict) {
        var execution = settings.backOff(verdict).start();
        return LongStream.generate(execution::nextBackOff)
                .limit(10_000)
                .takeWhile(pause -> pause != STOP)
                .toArray();
    }
}
