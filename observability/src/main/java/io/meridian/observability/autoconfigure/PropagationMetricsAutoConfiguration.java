package io.meridian.observability.autoconfigure;

import io.meridian.observability.CountedSubscribers;
import io.meridian.observability.PropagationMeter;
import io.meridian.observability.PropagationMeter.PropagationTag;
import io.meridian.snapshot.Follower;
import io.meridian.snapshot.PropagationListener;
import io.meridian.snapshot.Stage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Publishes how soon changes arrive, and who waits for them; {@link PropagationMeter} has the names. */
@AutoConfiguration(after = CompositeMeterRegistryAutoConfiguration.class)
@ConditionalOnClass(MeterRegistry.class)
public final class PropagationMetricsAutoConfiguration {

    @Bean
    MeterBinder subscriberMetrics(ObjectProvider<CountedSubscribers> watched) {
        return meters -> watched.orderedStream().forEach(it -> {
            Gauge.builder(PropagationMeter.SUBSCRIBERS.getName(), it, CountedSubscribers::subscribers)
                    .tag(PropagationTag.WATCHED.asString(), it.name())
                    .register(meters);
            FunctionCounter.builder(PropagationMeter.SLOW.getName(), it, CountedSubscribers::slow)
                    .tag(PropagationTag.WATCHED.asString(), it.name())
                    .register(meters);
            FunctionCounter.builder(PropagationMeter.REFUSED.getName(), it, CountedSubscribers::refused)
                    .tag(PropagationTag.WATCHED.asString(), it.name())
                    .register(meters);
        });
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Follower.class)
    static class Snapshots {

        /** Upper bounds of the buckets, around the 300 ms that 99 of 100 changes have. */
        private static final Duration[] BOUNDS = {
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5)
        };

        @Bean
        PropagationListener propagationMetrics(MeterRegistry meters) {
            return new PropagationListener() {
                @Override
                public void passed(String snapshot, Stage stage, Duration took) {
                    Timer.builder(PropagationMeter.LATENCY.getName())
                            .tag(PropagationTag.SNAPSHOT.asString(), snapshot)
                            .tag(PropagationTag.STAGE.asString(), stage.name().toLowerCase(Locale.ROOT))
                            .serviceLevelObjectives(BOUNDS)
                            .register(meters)
                            .record(took);
                }
            };
        }

        @Bean
        MeterBinder snapshotMetrics(ObjectProvider<Follower<?, ?>> followers) {
            return meters -> followers.orderedStream().forEach(it -> {
                gauge(meters, it, PropagationMeter.STALENESS, follower -> follower.staleness().toNanos() / 1e9);
                gauge(meters, it, PropagationMeter.COMPLETE, follower -> follower.isComplete() ? 1 : 0);
                gauge(meters, it, PropagationMeter.SIZE, follower -> follower.store().current().size());
                count(meters, it, PropagationMeter.DRIFT, Follower::drift);
                count(meters, it, PropagationMeter.STREAMS, Follower::streams);
                count(meters, it, PropagationMeter.STALE, follower -> follower.store().stale());
                count(meters, it, PropagationMeter.APPLIED, follower -> follower.store().applied());
            });
        }

        private static void gauge(
                MeterRegistry meters, Follower<?, ?> follower, PropagationMeter meter, ToDoubleFunction<Follower<?, ?>> value) {
            var gauge = Gauge.builder(meter.getName(), follower, value)
                    .tag(PropagationTag.SNAPSHOT.asString(), follower.name());
            (meter == PropagationMeter.STALENESS ? gauge.baseUnit("seconds") : gauge).register(meters);
        }

        private static void count(
                MeterRegistry meters, Follower<?, ?> follower, PropagationMeter meter, ToDoubleFunction<Follower<?, ?>> value) {
            FunctionCounter.builder(meter.getName(), follower, value)
                    .tag(PropagationTag.SNAPSHOT.asString(), follower.name())
                    .register(meters);
        }
    }
}
