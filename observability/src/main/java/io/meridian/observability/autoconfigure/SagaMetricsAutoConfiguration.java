package io.meridian.observability.autoconfigure;

import io.meridian.observability.CountedStaleEpochs;
import io.meridian.observability.SagaMeter;
import io.meridian.observability.SagaMeter.SagaTag;
import io.meridian.observability.UnfinishedWork;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Publishes what is unfinished, and whom nothing was done for any more; {@link SagaMeter} has the names. */
@AutoConfiguration
@ConditionalOnClass(MeterRegistry.class)
public final class SagaMetricsAutoConfiguration {

    @Bean
    MeterBinder staleEpochMetrics(ObjectProvider<CountedStaleEpochs> doors) {
        return meters -> doors.orderedStream()
                .forEach(door -> FunctionCounter.builder(
                                SagaMeter.STALE_EPOCHS.getName(), door, CountedStaleEpochs::refused)
                        .tag(SagaTag.OF.asString(), door.name())
                        .register(meters));
    }

    @Bean
    MeterBinder unfinishedMetrics(ObjectProvider<UnfinishedWork> works) {
        return meters -> works.orderedStream().forEach(work -> {
            gauge(meters, SagaMeter.UNFINISHED, work, it -> it.figures().unfinished());
            gauge(meters, SagaMeter.STUCK, work, it -> it.figures().stuck());
            gauge(meters, SagaMeter.OLDEST, work, it -> it.figures().oldest().toMillis() / 1e3);
        });
    }

    private static void gauge(
            MeterRegistry meters, SagaMeter meter, UnfinishedWork work, ToDoubleFunction<UnfinishedWork> value) {
        Gauge.builder(meter.nameFor(work.name()), work, value)
                .baseUnit(meter == SagaMeter.OLDEST ? "seconds" : null)
                .register(meters);
    }
}
