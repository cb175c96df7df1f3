package io.meridian.observability.autoconfigure;

import static java.lang.Double.NaN;

import io.meridian.observability.HearingMeter;
import io.meridian.observability.OutboxMeter;
import io.meridian.observability.OutboxMeter.OutboxTag;
import io.meridian.outbox.Carrier;
import io.meridian.outbox.HearingListener;
import io.meridian.outbox.HearingReport;
import io.meridian.outbox.InboxListener;
import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.RelayLag;
import io.meridian.outbox.RelayListener;
import io.meridian.outbox.RelayStatus;
import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.Relay;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.RetryListener;

/** Counts what the outbox library says about itself; {@link OutboxMeter} and {@link HearingMeter} have the names. */
@AutoConfiguration(
        after = CompositeMeterRegistryAutoConfiguration.class,
        afterName = {
            "io.meridian.outbox.autoconfigure.OutboxAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnClass({Relay.class, MeterRegistry.class})
public final class OutboxMetricsAutoConfiguration {

    @Bean
    RelayListener relayMetrics(MeterRegistry meters) {
        return new RelayListener() {
            @Override
            public void published(StoredEvent event, Duration sinceOccurred) {
                meters.timer(OutboxMeter.PUBLISHED.getName(), OutboxTag.TOPIC.asString(), event.topic())
                        .record(sinceOccurred);
            }
        };
    }

    @Bean
    InboxListener inboxMetrics(MeterRegistry meters) {
        return new InboxListener() {
            @Override
            public void applied(String consumer, IncomingEvent event) {
                count(OutboxMeter.APPLIED, consumer);
            }

            @Override
            public void duplicate(String consumer, IncomingEvent event) {
                count(OutboxMeter.DUPLICATES, consumer);
            }

            @Override
            public void stale(String consumer, IncomingEvent event) {
                count(OutboxMeter.STALE, consumer);
            }

            private void count(OutboxMeter meter, String consumer) {
                meters.counter(meter.getName(), OutboxTag.CONSUMER.asString(), consumer)
                        .increment();
            }
        };
    }

    @Bean
    HearingListener hearingMetrics(MeterRegistry meters, ObjectProvider<HearingReport> report) {
        return new HearingMetrics(meters, report::getObject);
    }

    @Bean
    @ConditionalOnBean(ObservationRegistry.class)
    @ConditionalOnMissingBean
    Carrier observationCarrier(ObservationRegistry observations) {
        return new ObservationCarrier(observations);
    }

    @Bean
    RetryListener deadLetterMetrics(MeterRegistry meters) {
        return new RetryListener() {
            @Override
            public void failedDelivery(ConsumerRecord<?, ?> record, @Nullable Exception failure, int attempt) {
                count(OutboxMeter.RETRIES, record);
            }

            @Override
            public void recovered(ConsumerRecord<?, ?> record, @Nullable Exception failure) {
                count(OutboxMeter.DEAD_LETTERS, record);
            }

            private void count(OutboxMeter meter, ConsumerRecord<?, ?> record) {
                meters.counter(meter.getName(), OutboxTag.TOPIC.asString(), record.topic())
                        .increment();
            }
        };
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(Relay.class)
    static class RelayGauges {

        @Bean
        MeterBinder relayGauges(Relay relay, ObjectProvider<InstantSource> clocks) {
            var clock = clocks.getIfUnique(InstantSource::system);
            return meters -> {
                gauge(meters, OutboxMeter.LAG, "bytes", relay, it -> it.lag() == null ? NaN : it.lag().bytes());
                gauge(meters, OutboxMeter.LAG_LIMIT, "bytes", relay, it -> limit(it.lag()));
                gauge(meters, OutboxMeter.LAG_AGE, "seconds", relay, it -> it.lag() == null ? NaN : seconds(it.lag().age()));
                gauge(meters, OutboxMeter.LAGGING, null, relay, it -> it.alarm() == null ? 0 : 1);
                gauge(meters, OutboxMeter.PENDING, null, relay, it -> it.lag() == null ? NaN : it.lag().pending());
                gauge(
                        meters,
                        OutboxMeter.OLDEST_AGE,
                        "seconds",
                        relay,
                        it -> it.lag() == null ? NaN : seconds(it.lag().oldestPending()));
                gauge(
                        meters,
                        OutboxMeter.CHECKPOINT_AGE,
                        "seconds",
                        relay,
                        it -> it.confirmedAt() == null ? NaN : seconds(Duration.between(it.confirmedAt(), clock.instant())));
                Gauge.builder(OutboxMeter.IN_FLIGHT.getName(), relay, it -> it.status().inFlight())
                        .register(meters);
                FunctionCounter.builder(
                                OutboxMeter.FAILURES.getName(), relay, it -> it.status().failures())
                        .register(meters);
                for (var state : RelayStatus.State.values()) {
                    Gauge.builder(OutboxMeter.STATE.getName(), relay, it -> it.status().state() == state ? 1 : 0)
                            .tag(OutboxTag.STATE.asString(), state.name().toLowerCase(Locale.ROOT))
                            .register(meters);
                }
            };
        }

        private static void gauge(
                MeterRegistry meters,
                OutboxMeter meter,
                @Nullable String unit,
                Relay relay,
                ToDoubleFunction<RelayStatus> value) {
            Gauge.builder(meter.getName(), relay, it -> value.applyAsDouble(it.status()))
                    .baseUnit(unit)
                    .register(meters);
        }

        private static double limit(@Nullable RelayLag lag) {
            return lag == null || lag.limitBytes() < 0 ? NaN : lag.limitBytes();
        }

        private static double seconds(Duration duration) {
            return duration.toNanos() / 1e9;
        }
    }
}
