package io.meridian.observability.autoconfigure;

import io.meridian.observability.CountedReplays;
import io.meridian.observability.ReplayMeter;
import io.meridian.observability.ReplayMeter.ReplayTag;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Publishes how often a service answered again; {@link ReplayMeter} has the names. */
@AutoConfiguration
@ConditionalOnClass(MeterRegistry.class)
public final class ReplayMetricsAutoConfiguration {

    @Bean
    MeterBinder replayMetrics(ObjectProvider<CountedReplays> doors) {
        return meters -> doors.orderedStream()
                .forEach(door -> FunctionCounter.builder(
                                ReplayMeter.REPLAYS.getName(), door, CountedReplays::replays)
                        .tag(ReplayTag.OF.asString(), door.name())
                        .register(meters));
    }
}
