package io.meridian.observability.autoconfigure;

import io.meridian.observability.CountedLimiter;
import io.meridian.observability.LimiterMeter;
import io.meridian.observability.LimiterMeter.LimiterTag;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Publishes what the limiters of a service count; {@link LimiterMeter} has the names. */
@AutoConfiguration
@ConditionalOnClass(MeterRegistry.class)
public final class LimiterMetricsAutoConfiguration {

    @Bean
    MeterBinder limiterMetrics(ObjectProvider<CountedLimiter> limiters) {
        return meters -> limiters.orderedStream().forEach(limiter -> {
            count(meters, limiter, "admitted", "together", it -> it.together().admitted());
            count(meters, limiter, "refused", "together", it -> it.together().refused());
            count(meters, limiter, "admitted", "alone", it -> it.alone().admitted());
            count(meters, limiter, "refused", "alone", it -> it.alone().refused());
            Gauge.builder(LimiterMeter.ALONE.getName(), limiter, it -> it.isAlone() ? 1 : 0)
                    .tag(LimiterTag.LIMITER.asString(), limiter.name())
                    .register(meters);
        });
    }

    private static void count(
            MeterRegistry meters,
            CountedLimiter limiter,
            String result,
            String counted,
            ToDoubleFunction<CountedLimiter> value) {
        FunctionCounter.builder(LimiterMeter.DECISIONS.getName(), limiter, value)
                .tag(LimiterTag.LIMITER.asString(), limiter.name())
                .tag(LimiterTag.RESULT.asString(), result)
                .tag(LimiterTag.COUNTED.asString(), counted)
                .register(meters);
    }
}
