package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.observability.autoconfigure.OutboxMetricsAutoConfiguration;
import io.meridian.outbox.InboxListener;
import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.RelayLag;
import io.meridian.outbox.RelayListener;
import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.Relay;
import io.meridian.outbox.relay.RelaySettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.kafka.listener.RetryListener;

/** What the outbox library says about itself arrives under the documented names. */
class OutboxMeterTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withBean(MeterRegistry.class, () -> meters)
            .withConfiguration(AutoConfigurations.of(OutboxMetricsAutoConfiguration.class));

    @Test
    void publicationsAreTimedByTopic() {
        service.run(context -> context.getBean(RelayListener.class)
                .published(
                        new StoredEvent(
                                UUID.randomUUID(), "orders.v1", "o-1", "OrderConfirmed", new byte[0], Map.of(), Instant.EPOCH),
                        Duration.ofMillis(7)));

        var timer = meters.get(OutboxMeter.PUBLISHED.getName()).tag("topic", "orders.v1").timer();
        assertThat(timer.count()).isOne();
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(7);
    }

    @Test
    void effectsAndDuplicatesAreCountedByConsumer() {
        var event = new IncomingEvent("1", "OrderConfirmed", "order-service", Instant.EPOCH, "o-1", new byte[0], Map.of());

        service.run(context -> {
            var inbox = context.getBean(InboxListener.class);
            inbox.applied("inventory-orders", event);
            inbox.duplicate("inventory-orders", event);
            inbox.duplicate("inventory-orders", event);
        });

        assertThat(counted(OutboxMeter.APPLIED, "consumer", "inventory-orders")).isEqualTo(1);
        assertThat(counted(OutboxMeter.DUPLICATES, "consumer", "inventory-orders")).isEqualTo(2);
    }

    @Test
    void retriesAndDeadLettersAreCountedByTopic() {
        var record = new ConsumerRecord<>("orders.v1", 0, 0, "o-1", new byte[0]);

        service.run(context -> {
            var listener = context.getBean(RetryListener.class);
            listener.failedDelivery(record, new IllegalStateException(), 1);
            listener.recovered(record, new IllegalStateException());
        });

        assertThat(counted(OutboxMeter.RETRIES, "topic", "orders.v1")).isEqualTo(1);
        assertThat(counted(OutboxMeter.DEAD_LETTERS, "topic", "orders.v1")).isEqualTo(1);
    }

    @Test
    void relayIsGaugedWhereThereIsOne() {
        service.run(context -> assertThat(context).doesNotHaveBean(MeterBinder.class));
        service.withBean(Relay.class, OutboxMeterTest::relay).run(context -> {
            context.getBean(MeterBinder.class).bindTo(meters);

            assertThat(meters.get(OutboxMeter.LAG.getName()).gauge().value()).isNaN();
            assertThat(meters.get(OutboxMeter.IN_FLIGHT.getName()).gauge().value())
                    .isZero();
            assertThat(meters.get(OutboxMeter.FAILURES.getName()).functionCounter().count())
                    .isZero();
            assertThat(meters.get(OutboxMeter.STATE.getName()).tag("state", "stopped").gauge().value())
                    .isOne();
            assertThat(meters.get(OutboxMeter.STATE.getName()).tag("state", "streaming").gauge().value())
                    .isZero();
            assertThat(meters.get(OutboxMeter.LAG_AGE.getName()).gauge().value()).isNaN();
            assertThat(meters.get(OutboxMeter.CHECKPOINT_AGE.getName()).gauge().value()).isNaN();
            assertThat(meters.get(OutboxMeter.LAGGING.getName()).gauge().value()).isZero();

            var lag = new RelayLag(4096, 1 << 20, Duration.ofMillis(31_500), 7, Duration.ofSeconds(31));
            context.getBean(Relay.class).lags(lag, "it lags");

            assertThat(meters.get(OutboxMeter.LAG.getName()).gauge().value()).isEqualTo(4096);
            assertThat(meters.get(OutboxMeter.LAG_LIMIT.getName()).gauge().value()).isEqualTo(1 << 20);
            assertThat(meters.get(OutboxMeter.LAG_AGE.getName()).gauge().value()).isEqualTo(31.5);
            assertThat(meters.get(OutboxMeter.LAGGING.getName()).gauge().value()).isOne();
            assertThat(meters.get(OutboxMeter.PENDING.getName()).gauge().value()).isEqualTo(7);
            assertThat(meters.get(OutboxMeter.OLDEST_AGE.getName()).gauge().value()).isEqualTo(31);
        });
    }

    private double counted(OutboxMeter meter, String tag, String value) {
        return meters.get(meter.getName()).tag(tag, value).counter().count();
    }

    /** A relay that is never started, so that its log and its publisher are never asked. */
    private static Relay relay() {
        var second = Duration.ofSeconds(1);
        return new Relay(
                new ChangeLog() {
                    @Override
                    public String slot() {
                        return "probe";
                    }

                    @Override
                    public Reading open() {
                        throw new AssertionError("a stopped relay does not read");
                    }
                },
                () -> {
                    throw new AssertionError("a stopped relay does not publish");
                },
                new RelaySettings(1, 1, second, second, second, second),
                List.of(),
                System::nanoTime,
                InstantSource.system());
    }
}
