package io.meridian.observability.autoconfigure;

import io.meridian.observability.CountedInstances;
import io.meridian.observability.InstanceMeter;
import io.meridian.observability.InstanceMeter.InstanceTag;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Publishes which instances a service leaves alone; {@link InstanceMeter} has the names. */
@AutoConfiguration
@ConditionalOnClass(MeterRegistry.class)
public final class InstanceMetricsAutoConfiguration {

    /** More than any service is given; those beyond are not published. */
    static final int MOST_INSTANCES = 64;

    @Bean
    MeterBinder instanceMetrics(ObjectProvider<CountedInstances> services) {
        return meters -> services.orderedStream().forEach(service -> {
            var number = Math.min(service.instances().size(), MOST_INSTANCES);
            for (var i = 0; i < number; i++) {
                publish(meters, service, i);
            }
        });
    }

    private static void publish(MeterRegistry meters, CountedInstances service, int i) {
        var instance = service.instances().get(i);
        var tags = Tags.of(
                InstanceTag.DEPENDENCY.asString(), instance.dependency(),
                InstanceTag.ADDRESS.asString(), instance.address());
        Gauge.builder(InstanceMeter.EJECTED.getName(), service, it -> it.instances().get(i).out() ? 1 : 0)
                .tags(tags)
                .register(meters);
        FunctionCounter.builder(
                        InstanceMeter.EJECTIONS.getName(),
                        service,
                        it -> it.instances().get(i).ejections())
                .tags(tags)
                .register(meters);
    }
}
