package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.breaker.retry.AttemptEnd;
import io.meridian.breaker.retry.Latencies;
import io.meridian.breaker.retry.Retries;
import io.meridian.breaker.retry.Retries.Fate;
import io.meridian.breaker.retry.RetryBudget;
import io.meridian.breaker.retry.RetrySettings;
import io.meridian.observability.autoconfigure.RetryMetricsAutoConfiguration;
import io.meridian.testkit.ManualTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class RetryMeterTest {

    private final ManualTime time = new ManualTime();
    private final RetryBudget budget = new RetryBudget("inventory", 0.1, 0.05, 1, time.nanos());
    private final Retries retries = new Retries(
            "inventory-reading",
            RetrySettings.USUAL,
            budget,
            new Latencies(time.nanos()),
            ThreadLocalRandom::current);
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RetryMetricsAutoConfiguration.class));

    @Test
    void whatIsSentASecondTimeIsPublishedByItsOutcome() {
        IntStream.range(0, 25).forEach(_ -> retries.answered(1_000_000));
        var everyFate = Fate.values();
        IntStream.range(0, everyFate.length)
                .forEach(fate -> IntStream.rangeClosed(0, fate).forEach(_ -> retries.met(everyFate[fate])));
        assertThat(retries.repeatAfterNanos(1, AttemptEnd.BROKEN, -1, Long.MAX_VALUE)).isNotNegative();

        runner.withBean(Retries.class, () -> retries)
                .withBean(RetryBudget.class, () -> budget)
                .run(context -> {
                    var meters = bound(context.getBean(MeterBinder.class));

                    assertThat(count(meters, "meridian.retry.attempts", "inventory-reading", "answered")).isEqualTo(1);
                    assertThat(count(meters, "meridian.retry.attempts", "inventory-reading", "failed")).isEqualTo(2);
                    assertThat(count(meters, "meridian.retry.attempts", "inventory-reading", "without_budget"))
                            .isEqualTo(3);
                    assertThat(count(meters, "meridian.retry.attempts", "inventory-reading", "without_time"))
                            .isEqualTo(4);
                    assertThat(count(meters, "meridian.hedge.attempts", "inventory-reading", "won")).isEqualTo(5);
                    assertThat(count(meters, "meridian.hedge.attempts", "inventory-reading", "lost")).isEqualTo(6);
                    assertThat(count(meters, "meridian.hedge.attempts", "inventory-reading", "failed")).isEqualTo(7);
                    assertThat(count(meters, "meridian.hedge.attempts", "inventory-reading", "without_budget"))
                            .isEqualTo(8);
                    assertThat(count(meters, "meridian.retry.budget.withdrawals", "inventory", "allowed"))
                            .isEqualTo(1);
                    assertThat(count(meters, "meridian.retry.budget.withdrawals", "inventory", "denied"))
                            .isZero();
                    assertThat(meters.get("meridian.retry.budget")
                                    .tag("of", "inventory")
                                    .gauge()
                                    .value())
                            .isEqualTo(2);
                });
    }

    @Test
    void aServiceThatRepeatsNothingPublishesNothingOfIt() {
        runner.run(context ->
                assertThat(bound(context.getBean(MeterBinder.class)).getMeters()).isEmpty());
    }

    @Test
    void aServiceWithoutTheLibraryStarts() {
        runner.withClassLoader(new FilteredClassLoader("io.meridian.breaker"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("retryMetrics"));
    }

    private static MeterRegistry bound(MeterBinder binder) {
        var meters = new SimpleMeterRegistry();
        binder.bindTo(meters);
        return meters;
    }

    private static double count(MeterRegistry meters, String name, String of, String outcome) {
        return meters.get(name)
                .tag("of", of)
                .tag("outcome", outcome)
                .functionCounter()
                .count();
    }
}
