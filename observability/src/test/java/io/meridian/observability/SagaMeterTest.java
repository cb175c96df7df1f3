package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.observability.autoconfigure.SagaMetricsAutoConfiguration;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SagaMeterTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SagaMetricsAutoConfiguration.class));

    @Test
    void refusedEpochsArePublishedUnderTheNameOfTheDoor() {
        runner.withBean(CountedStaleEpochs.class, () -> CountedStaleEpochs.of("holds", () -> 7)).run(context -> {
            var meters = new SimpleMeterRegistry();
            context.getBeansOfType(MeterBinder.class).values().forEach(it -> it.bindTo(meters));

            assertThat(meters.get("stale.epochs.refused").tag("of", "holds").functionCounter().count())
                    .isEqualTo(7);
        });
    }

    @Test
    void whatIsUnfinishedIsPublishedWithItsAgeInSeconds() {
        runner.withBean(UnfinishedWork.class, Works::new).run(context -> {
            var meters = new SimpleMeterRegistry();
            context.getBeansOfType(MeterBinder.class).values().forEach(it -> it.bindTo(meters));

            assertThat(meters.get("things.unfinished").gauge().value()).isEqualTo(5);
            assertThat(meters.get("things.stuck").gauge().value()).isEqualTo(2);
            assertThat(meters.get("things.unfinished.oldest").gauge().value()).isEqualTo(301.5);
        });
    }

    @Test
    void aServiceThatHasNeitherHasNoSuchMeter() {
        runner.run(context -> {
            var meters = new SimpleMeterRegistry();
            context.getBeansOfType(MeterBinder.class).values().forEach(it -> it.bindTo(meters));

            assertThat(meters.getMeters()).isEmpty();
        });
    }

    private static final class Works implements UnfinishedWork {

        @Override
        public String name() {
            return "things";
        }

        @Override
        public Figures figures() {
            return new Figures(5, 2, Duration.ofMillis(301_500));
        }
    }
}
