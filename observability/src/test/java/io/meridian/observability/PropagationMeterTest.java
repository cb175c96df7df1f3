package io.meridian.observability;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.observability.autoconfigure.PropagationMetricsAutoConfiguration;
import io.meridian.snapshot.Batch;
import io.meridian.snapshot.Change;
import io.meridian.snapshot.Follower;
import io.meridian.snapshot.FollowerSettings;
import io.meridian.snapshot.PropagationListener;
import io.meridian.snapshot.SnapshotStore;
import io.meridian.snapshot.Source;
import io.meridian.snapshot.Stage;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PropagationMeterTest {

    private final AtomicLong nanos = new AtomicLong();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Said said = new Said();
    private final Follower<String, Long> follower = new Follower<>(
            "stock",
            said,
            new SnapshotStore<>(Long::longValue),
            FollowerSettings.USUAL,
            PropagationListener.NONE,
            nanos::get,
            InstantSource.system(),
            () -> 0);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PropagationMetricsAutoConfiguration.class))
            .withBean(MeterRegistry.class, () -> meters);

    @Test
    void whatAFollowerKnowsIsPublished() {
        runner.withBean(Follower.class, () -> follower).run(context -> {
            bind(context.getBeansOfType(MeterBinder.class).values());
            assertThat(value("propagation.complete")).isZero();

            follower.turn();
            said.says(Batch.Kind.LIST, new Change.Put<>("a", 1L), new Change.Put<>("b", 1L));
            said.says(Batch.Kind.CHANGES, new Change.Put<>("a", 2L), new Change.Put<>("b", 1L));
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(3));

            assertThat(value("propagation.complete")).isEqualTo(1);
            assertThat(value("propagation.size")).isEqualTo(2);
            assertThat(value("propagation.applied")).isEqualTo(1);
            assertThat(value("propagation.streams")).isEqualTo(1);
            assertThat(value("propagation.staleness")).isEqualTo(3);
            assertThat(value("propagation.stale")).isEqualTo(1);
            assertThat(value("resync.drift")).isZero();
            documented();
        });
    }

    @Test
    void thePartsOfAChangesWayAreTimedByStage() {
        runner.run(context -> {
            context.getBean(PropagationListener.class).passed("stock", Stage.SENT, Duration.ofMillis(4));

            var timer = meters.get("propagation.latency").tag("snapshot", "stock").tag("stage", "sent").timer();
            assertThat(timer.count()).isEqualTo(1);
            assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(4);
            documented();
        });
    }

    @Test
    void whoWatchesIsCounted() {
        runner.withBean(CountedSubscribers.class, Three::new).run(context -> {
            bind(context.getBeansOfType(MeterBinder.class).values());

            assertThat(value("propagation.subscribers")).isEqualTo(3);
            assertThat(value("propagation.subscribers.slow")).isEqualTo(2);
            assertThat(value("propagation.subscribers.refused")).isEqualTo(1);
            documented();
        });
    }

    private void bind(Iterable<MeterBinder> binders) {
        binders.forEach(it -> it.bindTo(meters));
    }

    private double value(String name) {
        return meters.get(name).meter().measure().iterator().next().getValue();
    }

    private void documented() {
        assertThat(meters.getMeters()).isNotEmpty();
        for (var meter : meters.getMeters()) {
            if (meter.getId().getName().endsWith(".histogram")) { // this registry shows the buckets of a timer as gauges
                continue;
            }
            assertThat(PropagationMeter.values()).anyMatch(it -> isIt(it, meter));
        }
    }

    private static boolean isIt(PropagationMeter documented, Meter meter) {
        return documented.getName().equals(meter.getId().getName())
                && documented.getType() == meter.getId().getType()
                && meter.getId().getTags().stream()
                        .allMatch(tag -> Arrays.stream(documented.getKeyNames())
                                .anyMatch(key -> key.asString().equals(tag.getKey())));
    }

    /** A source that says what it is told to say. */
    private static final class Said implements Source<String, Long> {

        private @Nullable Listener<String, Long> listener;

        @Override
        public Stream follow(@Nullable String after, boolean check, Listener<String, Long> to) {
            listener = to;
            return () -> {};
        }

        @SafeVarargs
        final void says(Batch.Kind kind, Change<String, Long>... changes) {
            requireNonNull(listener)
                    .received(new Batch<>(kind, List.of(changes), false, "cursor", Duration.ZERO, null, null));
        }
    }

    private static final class Three implements CountedSubscribers {

        @Override
        public String name() {
            return "stock";
        }

        @Override
        public int subscribers() {
            return 3;
        }

        @Override
        public long slow() {
            return 2;
        }

        @Override
        public long refused() {
            return 1;
        }
    }
}
