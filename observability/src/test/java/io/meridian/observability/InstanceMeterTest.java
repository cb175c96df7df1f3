package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.observability.autoconfigure.InstanceMetricsAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class InstanceMeterTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(InstanceMetricsAutoConfiguration.class));

    @Test
    void whoIsLeftAloneIsPublishedUnderTheDocumentedNames() {
        CountedInstances orders = () -> List.of(
                new CountedInstances.Instance("order", "http://a:1", false, 0),
                new CountedInstances.Instance("order", "http://b:2", true, 3));

        runner.withBean(CountedInstances.class, () -> orders).run(context -> {
            var prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            context.getBean(MeterBinder.class).bindTo(prometheus);

            assertThat(prometheus.scrape())
                    .contains(
                            "meridian_instance_ejected{address=\"http://a:1\",dependency=\"order\"} 0.0",
                            "meridian_instance_ejected{address=\"http://b:2\",dependency=\"order\"} 1.0",
                            "meridian_instance_ejections_total{address=\"http://a:1\",dependency=\"order\"} 0.0",
                            "meridian_instance_ejections_total{address=\"http://b:2\",dependency=\"order\"} 3.0");
            for (var meter : prometheus.getMeters()) {
                assertThat(InstanceMeter.values()).anyMatch(it -> it.getName().equals(meter.getId().getName())
                        && it.getType() == meter.getId().getType());
            }
        });
    }

    @Test
    void moreThanAnybodyHasAreNotPublished() {
        CountedInstances many = () -> IntStream.range(0, 1000)
                .mapToObj(it -> new CountedInstances.Instance("order", "http://a:" + it, false, 0))
                .toList();

        runner.withBean(CountedInstances.class, () -> many)
                .run(context -> assertThat(bound(context.getBean(MeterBinder.class)).getMeters()).hasSize(2 * 64));
    }

    @Test
    void aServiceThatChoosesAmongNobodyPublishesNothing() {
        runner.run(context ->
                assertThat(bound(context.getBean(MeterBinder.class)).getMeters()).isEmpty());
    }

    private static MeterRegistry bound(MeterBinder binder) {
        var meters = new SimpleMeterRegistry();
        binder.bindTo(meters);
        return meters;
    }
}
