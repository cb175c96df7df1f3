package io.meridian.observability.autoconfigure;

import io.meridian.breaker.retry.Retries;
import io.meridian.breaker.retry.Retries.Fate;
import io.meridian.breaker.retry.RetryBudget;
import io.meridian.observability.RetryMeter;
import io.meridian.observability.RetryMeter.RetryTag;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Publishes what a service sends a second time; {@link RetryMeter} has the names. */
@AutoConfiguration
@ConditionalOnClass({MeterRegistry.class, Retries.class})
public final class RetryMetricsAutoConfiguration {

    @Bean
    MeterBinder retryMetrics(ObjectProvider<Retries> retries, ObjectProvider<RetryBudget> budgets) {
        return meters -> {
            retries.orderedStream().forEach(it -> publish(it, meters));
            budgets.orderedStream().forEach(it -> publish(it, meters));
        };
    }

    private static void publish(Retries retries, MeterRegistry meters) {
        for (var fate : Fate.values()) {
            count(meters, meter(fate), retries.name(), outcome(fate), retries, it -> it.count(fate));
        }
    }

    private static void publish(RetryBudget budget, MeterRegistry meters) {
        Gauge.builder(RetryMeter.BUDGET.getName(), budget, RetryBudget::available)
                .tag(RetryTag.OF.asString(), budget.name())
                .register(meters);
        count(meters, RetryMeter.WITHDRAWALS, budget.name(), "allowed", budget, RetryBudget::allowed);
        count(meters, RetryMeter.WITHDRAWALS, budget.name(), "denied", budget, RetryBudget::denied);
    }

    private static <T> void count(
            MeterRegistry meters, RetryMeter meter, String of, String outcome, T counted, ToDoubleFunction<T> value) {
        FunctionCounter.builder(meter.getName(), counted, value)
                .tag(RetryTag.OF.asString(), of)
                .tag(RetryTag.OUTCOME.asString(), outcome)
                .register(meters);
    }

    private static RetryMeter meter(Fate fate) {
        return switch (fate) {
            case RETRY_ANSWERED, RETRY_FAILED, RETRY_WITHOUT_BUDGET, RETRY_WITHOUT_TIME -> RetryMeter.ATTEMPTS;
            case HEDGE_WON, HEDGE_LOST, HEDGE_FAILED, HEDGE_WITHOUT_BUDGET -> RetryMeter.HEDGES;
        };
    }

    private static String outcome(Fate fate) {
        return switch (fate) {
            case RETRY_ANSWERED -> "answered";
            case RETRY_FAILED, HEDGE_FAILED -> "failed";
            case RETRY_WITHOUT_BUDGET, HEDGE_WITHOUT_BUDGET -> "without_budget";
            case RETRY_WITHOUT_TIME -> "without_time";
            case HEDGE_WON -> "won";
            case HEDGE_LOST -> "lost";
        };
    }
}
