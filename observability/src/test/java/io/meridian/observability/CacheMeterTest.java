package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.observability.autoconfigure.CacheMetricsAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class CacheMeterTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CacheMetricsAutoConfiguration.class));

    @Test
    void whatACacheCountsIsPublishedByItsResult() {
        runner.withBean(CountedCache.class, Three::new).run(context -> {
            var meters = bound(context.getBean(MeterBinder.class));

            assertThat(reads(meters, "hit")).isEqualTo(3);
            assertThat(reads(meters, "miss")).isEqualTo(2);
            assertThat(reads(meters, "unreachable")).isEqualTo(1);
        });
    }

    @Test
    void aServiceWithoutCachesPublishesNothingOfThem() {
        runner.run(context ->
                assertThat(bound(context.getBean(MeterBinder.class)).getMeters()).isEmpty());
    }

    private static MeterRegistry bound(MeterBinder binder) {
        var meters = new SimpleMeterRegistry();
        binder.bindTo(meters);
        return meters;
    }

    private static double reads(MeterRegistry meters, String result) {
        return meters.get("meridian.cache.reads")
                .tag("cache", "things")
                .tag("result", result)
                .functionCounter()
                .count();
    }

    private static final class Three implements CountedCache {

        @Override
        public String name() {
            return "things";
        }

        @Override
        public long hits() {
            return 3;
        }

        @Override
        public long misses() {
            return 2;
        }

        @Override
        public long unreachable() {
            return 1;
        }
    }
}
