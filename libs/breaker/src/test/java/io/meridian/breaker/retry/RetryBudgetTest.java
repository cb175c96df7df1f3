package io.meridian.breaker.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import io.meridian.testkit.ManualTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private final ManualTime time = new ManualTime();

    @Test
    void tenthOfWhatSucceededMayBeRepeated() {
        var budget = budget(0);

        succeed(budget, 100);

        assertThat(budget.available()).isEqualTo(10);
        assertThat(taken(budget, 30)).isEqualTo(10);
        assertThat(budget.available()).isZero();
        assertThat(budget.allowed()).isEqualTo(10);
        assertThat(budget.denied()).isEqualTo(20);
    }

    @Test
    void whatWasNotEarnedIsNotThere() {
        var budget = budget(0);

        succeed(budget, 9);

        assertThat(budget.takeForRetry()).isFalse();
    }

    @Test
    void whatSucceededIsForgottenAfterTenSeconds() {
        var budget = budget(0);
        succeed(budget, 100);

        time.advance(Duration.ofMillis(8_999));
        assertThat(budget.available()).isEqualTo(10);
        time.advance(Duration.ofMillis(1_001));

        assertThat(budget.available()).isZero();
        assertThat(budget.takeForRetry()).isFalse();
    }

    @Test
    void whatWasTakenIsForgottenToo() {
        var budget = budget(0);
        succeed(budget, 100);
        assertThat(taken(budget, 10)).isEqualTo(10);

        time.advance(Duration.ofSeconds(10));
        succeed(budget, 50);

        assertThat(taken(budget, 10)).isEqualTo(5);
    }

    @Test
    void eachSecondHasOneBesidesWhichIsNotSavedUp() {
        var budget = budget(1);

        assertThat(taken(budget, 5)).isEqualTo(1);
        time.advance(Duration.ofSeconds(30));
        assertThat(taken(budget, 5)).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(taken(budget, 5)).isEqualTo(1);
    }

    @Test
    void theOneBesidesIsTouchedOnlyWhenTheShareIsSpent() {
        var budget = budget(1);
        succeed(budget, 10);

        assertThat(budget.available()).isEqualTo(2);
        assertThat(taken(budget, 5)).isEqualTo(2);
    }

    @Test
    void hedgesTakeAtMostHalfOfTheShare() {
        var budget = budget(1);
        succeed(budget, 100);

        assertThat(IntStream.range(0, 20).filter(_ -> budget.takeForHedge()).count()).isEqualTo(5);
        assertThat(taken(budget, 20)).as("what is left for repetitions").isEqualTo(5 + 1);
    }

    @Test
    void hedgeIsNeverPaidFromWhatASecondHasBesides() {
        var budget = budget(5);

        assertThat(budget.takeForHedge()).isFalse();
        assertThat(budget.available()).isEqualTo(5);
    }

    @Test
    void repetitionsMayLeaveNothingForHedges() {
        var budget = budget(0);
        succeed(budget, 100);
        assertThat(taken(budget, 10)).isEqualTo(10);

        assertThat(budget.takeForHedge()).isFalse();
    }

    @Test
    void attemptsOfATotalOutageAreAtMostAFifthMoreThanRequests() {
        var budget = budget(1);
        succeed(budget, 1_000);
        var repeated = 0;

        // 50 requests per second, all of which fail
        for (var request = 0; request < 1_000; request++) {
            time.advance(Duration.ofMillis(20));
            repeated += budget.takeForRetry() ? 1 : 0;
        }

        assertThat(repeated).isLessThanOrEqualTo(100 + 21);
        assertThat(1 + repeated / 1_000.0).isLessThanOrEqualTo(1.2);
    }

    @Test
    void manyThreadsTakeNoMoreThanThereIs() throws Exception {
        var budget = budget(0);
        try (var threads = Executors.newFixedThreadPool(8)) {
            var earning = IntStream.range(0, 8)
                    .mapToObj(_ -> threads.submit(() -> succeed(budget, 10_000)))
                    .toList();
            for (var each : earning) {
                each.get();
            }
            var taking = IntStream.range(0, 8)
                    .mapToObj(_ -> threads.submit(() -> taken(budget, 5_000)))
                    .toList();
            var taken = 0L;
            for (var each : taking) {
                taken += each.get();
            }

            assertThat(taken).isEqualTo(8_000);
        }
    }

    @Test
    void nothingIsAllocated() {
        var budget = budget(1);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        use(budget, 10_000);

        var before = threads.getCurrentThreadAllocatedBytes();
        use(budget, 100_000);
        var allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).as("bytes of 300,000 operations").isLessThan(50_000);
    }

    @Test
    void nonsenseIsRefusedWithItsValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryBudget("inventory", 1.5, 0.05, 1, time.nanos()))
                .withMessageContaining("0 to 1")
                .withMessageContaining("1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryBudget("inventory", 0.1, 0.2, 1, time.nanos()))
                .withMessageContaining("0.2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryBudget("inventory", 0.1, Double.NaN, 1, time.nanos()))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryBudget("inventory", 0.1, 0.05, -1, time.nanos()))
                .withMessageContaining("-1");
    }

    private RetryBudget budget(int perSecond) {
        return new RetryBudget("inventory", 0.1, 0.05, perSecond, time.nanos());
    }

    private static void use(RetryBudget budget, int times) {
        for (var time = 0; time < times; time++) {
            budget.succeeded();
            budget.takeForRetry();
            budget.takeForHedge();
        }
    }

    private static void succeed(RetryBudget budget, int times) {
        IntStream.range(0, times).forEach(_ -> budget.succeeded());
    }

    private static long taken(RetryBudget budget, int tries) {
        return IntStream.range(0, tries).filter(_ -> budget.takeForRetry()).count();
    }
}
