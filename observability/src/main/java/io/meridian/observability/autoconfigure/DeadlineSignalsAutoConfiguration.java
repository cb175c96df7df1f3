package io.meridian.observability.autoconfigure;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.edges.ServerTiming;
import io.meridian.observability.DeadlineAttribute;
import io.meridian.observability.DeadlineMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.function.SingletonSupplier;

/**
 * Counts what the deadline library says about itself and says it on spans; {@link DeadlineMeter} and {@link DeadlineAttribute} have the
 * names. The registries are asked for late: whatever bounds a data source needs its listeners before they are there.
 */
@AutoConfiguration
@ConditionalOnClass({DeadlineListener.class, MeterRegistry.class})
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
public final class DeadlineSignalsAutoConfiguration {

    @Bean
    static DeadlineMetrics deadlineMetrics(ObjectProvider<MeterRegistry> meters) {
        return new DeadlineMetrics(SingletonSupplier.of(meters::getObject));
    }

    @Bean
    static DeadlineSpans deadlineSpans(ObjectProvider<ObservationRegistry> observations) {
        return new DeadlineSpans(
                SingletonSupplier.of(() -> observations.getIfAvailable(() -> ObservationRegistry.NOOP)));
    }

    /** The timing that a request is answered with says what it was granted. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ServerTiming.class)
    static class Edges {

        @Bean
        DeadlineListener deadlineTiming() {
            return new DeadlineListener() {
                @Override
                public void opened(DeadlineScope scope) {
                    ServerTiming.current()
                            .ifPresent(timing -> timing.granted(scope.deadline().budget()));
                }
            };
        }
    }
}
