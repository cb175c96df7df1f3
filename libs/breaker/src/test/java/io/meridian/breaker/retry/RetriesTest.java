package io.meridian.breaker.retry;

import static io.meridian.breaker.retry.Retries.NEVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meridian.breaker.BreakerSnapshot;
import io.meridian.breaker.retry.Retries.Fate;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetriesTest {

    private static final long PLENTY = TimeUnit.SECONDS.toNanos(2);

    private final ManualTime time = new ManualTime();
    private final Random random = new Random(4711);
    private final RetryBudget budget = new RetryBudget("inventory", 0.1, 0.05, 1, time.nanos());
    private final Retries retries = retries(RetrySettings.USUAL);

    @Test
    void firstFailureIsRepeatedSoonAndTheSecondNever() {
        assertThat(retries.repeatAfterNanos(1, AttemptEnd.NOT_SENT, -1, PLENTY)).isBetween(0L, millis(25));
        time.advance(Duration.ofSeconds(1));
        assertThat(retries.repeatAfterNanos(2, AttemptEnd.NOT_SENT, -1, PLENTY)).isEqualTo(NEVER);
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatMayBeFollowedIsRepeated(AttemptEnd end) {
        assertThat(retries.repeatAfterNanos(1, end, -1, PLENTY) >= 0).isEqualTo(end.anotherMayFollow());
        assertThat(budget.denied()).isZero();
    }

    @Test
    void pushbackIsWaitedFor() {
        assertThat(retries.repeatAfterNanos(1, AttemptEnd.PUSHED_BACK, millis(1_000), PLENTY))
                .isBetween(millis(1_000), millis(1_025));
    }

    @Test
    void pushbackBeyondTheDeadlineIsNotWaitedForAndCostsNothing() {
        assertThat(retries.repeatAfterNanos(1, AttemptEnd.PUSHED_BACK, millis(3_000), PLENTY)).isEqualTo(NEVER);

        assertThat(retries.count(Fate.RETRY_WITHOUT_TIME)).isEqualTo(1);
        assertThat(budget.allowed()).isZero();
    }

    @Test
    void nothingIsRepeatedWithLessThanTheLeastUsefulTime() {
        assertThat(retries.repeatAfterNanos(1, AttemptEnd.BROKEN, -1, millis(19))).isEqualTo(NEVER);
        assertThat(retries.repeatAfterNanos(1, AttemptEnd.BROKEN, -1, -1)).isEqualTo(NEVER);
        assertThat(retries.repeatAfterNanos(1, AttemptEnd.BROKEN, -1, millis(20 + 25))).isNotNegative();
    }

    @Test
    void usefulTimeIsAtLeastWhatHalfOfTheAnswersTake() {
        IntStream.range(0, 100).forEach(_ -> retries.answered(millis(300)));

        assertThat(retries.repeatAfterNanos(1, AttemptEnd.BROKEN, -1, millis(299))).isEqualTo(NEVER);
        assertThat(retries.repeatAfterNanos(1, AttemptEnd.BROKEN, -1, millis(300 * 6 / 5 + 25))).isNotNegative();
    }

    @Test
    void budgetIsTheLastToBeAskedAndSaysSo() {
        assertThat(retries.repeatAfterNanos(1, AttemptEnd.BROKEN, -1, PLENTY)).isNotNegative();
        assertThat(retries.repeatAfterNanos(1, AttemptEnd.BROKEN, -1, PLENTY)).isEqualTo(NEVER);

        assertThat(retries.count(Fate.RETRY_WITHOUT_BUDGET)).isEqualTo(1);
    }

    @Test
    void whatIsAnsweredEarns() {
        IntStream.range(0, 30).forEach(_ -> retries.answered(millis(1)));

        assertThat(budget.available()).isEqualTo(3 + 1);
    }

    @Test
    void oneAttemptMeansNeither() {
        var never = retries(new RetrySettings(1, Backoff.USUAL, Duration.ZERO, Duration.ofMillis(5)));
        IntStream.range(0, 100).forEach(_ -> never.answered(millis(10)));

        assertThat(never.repeatAfterNanos(1, AttemptEnd.NOT_SENT, -1, PLENTY)).isEqualTo(NEVER);
        assertThat(never.hedgeAfterNanos(PLENTY)).isEqualTo(NEVER);
    }

    // Hedges

    @Test
    void hedgeComesAfterTheSlowestOfTwenty() {
        IntStream.range(0, 200).forEach(_ -> retries.answered(millis(40)));

        assertThat(retries.hedgeAfterNanos(PLENTY)).isBetween(millis(40), millis(48));
    }

    @Test
    void hedgeComesNeverSoonerThanFiveMilliseconds() {
        IntStream.range(0, 200).forEach(_ -> retries.answered(millis(1)));

        assertThat(retries.hedgeAfterNanos(PLENTY)).isEqualTo(millis(5));
    }

    @Test
    void nobodyHedgesWithoutKnowingTheLatency() {
        assertThat(retries.hedgeAfterNanos(PLENTY)).isEqualTo(NEVER);
    }

    @Test
    void nobodyHedgesWhenTheSecondAnswerWouldComeTooLate() {
        IntStream.range(0, 200).forEach(_ -> retries.answered(millis(40)));

        assertThat(retries.hedgeAfterNanos(millis(79))).isEqualTo(NEVER);
        assertThat(retries.hedgeAfterNanos(millis(97))).isPositive();
    }

    @Test
    void oneInTwentyIsHedgedAtMost() {
        IntStream.range(0, 100).forEach(_ -> retries.answered(millis(40)));

        assertThat(IntStream.range(0, 50).filter(_ -> retries.mayHedge()).count()).isEqualTo(5);
        assertThat(retries.count(Fate.HEDGE_WITHOUT_BUDGET)).isEqualTo(45);
    }

    @ParameterizedTest
    @CsvSource({
        "CLOSED, 0, 3, 20, false",
        "CLOSED, 0, 20, 20, true",
        "CLOSED, 0.1, 3, 20, true",
        "OPEN, 0, 0, 20, true",
        "HALF_OPEN, 0, 0, 20, true"
    })
    void dependencyWithoutRoomIsSaturated(String state, double throttle, int inFlight, int limit, boolean saturated) {
        var snapshot = new BreakerSnapshot(
                "inventory", state, "", Duration.ZERO, Duration.ZERO, limit, inFlight, 0, 0, 0, 0, 0, throttle,
                Map.of(), 0, 0, 0, 0, 0, 0, 0);

        assertThat(Retries.isSaturated(snapshot)).isEqualTo(saturated);
    }

    @Test
    void nonsenseIsRefusedWithItsValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(3, Backoff.USUAL, Duration.ZERO, Duration.ofMillis(5)))
                .withMessageContaining("1 or 2")
                .withMessageContaining("3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(2, Backoff.USUAL, Duration.ofMillis(-1), Duration.ofMillis(5)))
                .withMessageContaining("PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(2, Backoff.USUAL, Duration.ZERO, Duration.ZERO))
                .withMessageContaining("PT0S");
    }

    private Retries retries(RetrySettings settings) {
        return new Retries("inventory", settings, budget, new Latencies(time.nanos()), () -> random);
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
