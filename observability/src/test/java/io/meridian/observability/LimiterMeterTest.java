package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.observability.CountedLimiter.Decisions;
import io.meridian.observability.autoconfigure.LimiterMetricsAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class LimiterMeterTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(LimiterMetricsAutoConfiguration.class));

    @Test
    void whatALimiterDecidedIsPublishedByResultAndCount() {
        runner.withBean(CountedLimiter.class, Fixed::new).run(context -> {
            var meters = bound(context.getBean(MeterBinder.class));

            assertThat(decisions(meters, "admitted", "together")).isEqualTo(4);
            assertThat(decisions(meters, "refused", "together")).isEqualTo(3);
            assertThat(decisions(meters, "admitted", "alone")).isEqualTo(2);
            assertThat(decisions(meters, "refused", "alone")).isEqualTo(1);
            assertThat(meters.get("meridian.limiter.alone").tag("limiter", "things").gauge().value())
                    .isEqualTo(1);
        });
    }

    @Test
    void aServiceWithoutLimitersPublishesNothingOfThem() {
        runner.run(context ->
                assertThat(bound(context.getBean(MeterBinder.class)).getMeters()).isEmpty());
    }

    private static MeterRegistry bound(MeterBinder binder) {
        var meters = new SimpleMeterRegistry();
        binder.bindTo(meters);
        return meters;
    }

    private static double decisions(MeterRegistry meters, String result, String counted) {
        return meters.get("meridian.limiter.decisions")
                .tag("limiter", "things")
                .tag("result", result)
                .tag("counted", counted)
                .functionCounter()
                .count();
    }

    private static final class Fixed implements CountedLimiter {

        @Override
        public String name() {
            return "things";
        }

        @Override
        public Decisions together() {
            return new Decisions(4, 3);
        }

        @Override
        public Decisions alone() {
            return new Decisions(2, 1);
        }

        @Override
        public boolean isAlone() {
            return true;
        }
    }
}
