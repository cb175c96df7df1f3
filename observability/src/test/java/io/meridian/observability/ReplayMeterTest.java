package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.observability.autoconfigure.ReplayMetricsAutoConfiguration;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ReplayMeterTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ReplayMetricsAutoConfiguration.class));

    @Test
    void whatADoorAnsweredAgainIsPublishedUnderItsName() {
        runner.withBean(CountedReplays.class, Seven::new).run(context -> {
            var meters = new SimpleMeterRegistry();
            context.getBean(MeterBinder.class).bindTo(meters);

            assertThat(meters.get("idempotent.replays").tag("of", "things").functionCounter().count())
                    .isEqualTo(7);
        });
    }

    @Test
    void aServiceThatCountsNoneHasNoSuchMeter() {
        runner.run(context -> {
            var meters = new SimpleMeterRegistry();
            context.getBean(MeterBinder.class).bindTo(meters);

            assertThat(meters.getMeters()).isEmpty();
        });
    }

    private static final class Seven implements CountedReplays {

        @Override
        public String name() {
            return "things";
        }

        @Override
        public long replays() {
            return 7;
        }
    }
}
