package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.observability.autoconfigure.OutboxMetricsAutoConfiguration;
import io.meridian.outbox.Carrier;
import io.meridian.outbox.HearingListener;
import io.meridian.outbox.HearingListener.Misplaced;
import io.meridian.outbox.HearingListener.SessionEnd;
import io.meridian.outbox.HearingReport;
import io.meridian.outbox.HearingStatus;
import io.meridian.outbox.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What listeners do between a poll and a commit arrives under the documented names. */
class HearingMeterTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final List<String> ended = new ArrayList<>();
    private final HearingStatus status =
            new HearingStatus("orders", 100, 80, 5, 4, 3, 2, 1, 2, 0, 16, 6, 1, 7, -1, 2, 604_800);
    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withBean(MeterRegistry.class, () -> meters)
            .withBean(ObservationRegistry.class, () -> observations)
            .withBean(HearingReport.class, () -> new HearingReport() {
                @Override
                public List<HearingStatus> statuses() {
                    return List.of(status);
                }

                @Override
                public Optional<HearingStatus> status(String listener) {
                    return listener.equals(status.listener()) ? Optional.of(status) : Optional.empty();
                }
            })
            .withConfiguration(AutoConfigurations.of(OutboxMetricsAutoConfiguration.class));

    @Test
    void eventsAreCountedByWhatBecameOfThemAndEffectsAreTimedByKind() {
        service.run(context -> {
            var told = context.getBean(HearingListener.class);
            told.ended("orders", "orders.v1", "order.v1.OrderConfirmed", Outcome.APPLIED, Duration.ofMillis(7));
            told.ended("orders", "orders.v1", "", Outcome.PARKED, Duration.ofMillis(900));
        });

        assertThat(meters.get("meridian.events.processed").tag("topic", "orders.v1").tag("result", "parked").counter().count())
                .isOne();
        var timer = meters.get("meridian.event.apply").tag("type", "order.v1.OrderConfirmed").timer();
        assertThat(timer.count()).isOne();
        assertThat(Arrays.stream(timer.takeSnapshot().histogramCounts()).mapToDouble(it -> it.bucket() / 1_000_000))
                .containsExactly(1.0, 5.0, 10.0, 50.0, 200.0);
        assertThat(meters.find("meridian.event.apply").timers()).hasSize(1);
    }

    @Test
    void eachListenerIsShownFromItsFirstPartitionOn() {
        service.run(context -> {
            var told = context.getBean(HearingListener.class);
            assertThat(meters.find("meridian.hearing.permits").gauge()).isNull();
            told.opened("orders", "orders.v1-0");
            told.opened("orders", "orders.v1-1");
            told.closed("orders", "orders.v1-1", SessionEnd.DRAINED, Duration.ofMillis(30));
            told.misplaced("orders", "orders.v1-1", Misplaced.BEHIND, 2_000);

            assertThat(gauge(HearingMeter.UNACCOUNTED)).isEqualTo(3);
            assertThat(gauge(HearingMeter.PERMITS)).isEqualTo(16);
            assertThat(gauge(HearingMeter.COMMIT_GAP)).isEqualTo(7);
            assertThat(gauge(HearingMeter.LAG)).isNaN();
            assertThat(gauge(HearingMeter.IDLE_MEMBERS)).isEqualTo(2);
            assertThat(gauge(HearingMeter.RETENTION_MARGIN)).isEqualTo(604_800);
            assertThat(meters.get(HearingMeter.RECEIVED.getName()).functionCounter().count()).isEqualTo(100);
            assertThat(meters.get(HearingMeter.GIVEN_UP.getName()).tag("result", "drained").timer().count()).isOne();
            assertThat(meters.get(HearingMeter.MISPLACED.getName()).tag("result", "behind").counter().count()).isOne();
        });
    }

    @Test
    void everyMeterThatIsDocumentedIsThere() {
        service.run(context -> {
            var told = context.getBean(HearingListener.class);
            told.ended("orders", "orders.v1", "t", Outcome.APPLIED, Duration.ZERO);
            told.opened("orders", "p");
            told.closed("orders", "p", SessionEnd.LOST, Duration.ZERO);
            told.misplaced("orders", "p", Misplaced.AHEAD, 1);

            for (var meter : HearingMeter.values()) {
                assertThat(meters.find(meter.getName()).meters()).as(meter.getName()).isNotEmpty();
            }
        });
    }

    @Test
    void observationOfARecordIsCurrentForItsWorkerAndEachRepetitionEndsOnce() {
        observations.observationConfig().observationHandler(new Ended());
        service.run(context -> {
            var carrier = context.getBean(Carrier.class);
            var handling = Observation.start("listener", observations);
            Carrier.Load load;
            try (var _ = handling.openScope()) {
                load = carrier.load();
            }

            load.with(1, () -> assertThat(observations.getCurrentObservation()).isSameAs(handling));
            handling.stop();
            load.with(2, () -> Objects.requireNonNull(observations.getCurrentObservation()).stop());
            load.with(3, () -> {});
        });

        assertThat(ended).containsExactly("listener", "meridian.hearing.repetition", "meridian.hearing.repetition");
        assertThat(observations.getCurrentObservation()).isNull();
    }

    private final class Ended implements ObservationHandler<Observation.Context> {

        @Override
        public void onStop(Observation.Context context) {
            ended.add(context.getName());
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    private double gauge(HearingMeter meter) {
        return meters.get(meter.getName()).tag("listener", "orders").gauge().value();
    }
}
