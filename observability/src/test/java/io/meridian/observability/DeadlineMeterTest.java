package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Stage;
import io.meridian.deadline.autoconfigure.DeadlineAutoConfiguration;
import io.meridian.observability.autoconfigure.DeadlineSignalsAutoConfiguration;
import io.meridian.testkit.ManualTime;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What the deadline library says about itself arrives under the documented names. */
class DeadlineMeterTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final ManualTime time = new ManualTime();
    private final DeadlineScope scope =
            DeadlineScope.root("http", Deadline.after(Duration.ofMillis(2000), time.nanos()));

    @Test
    void budgetsAreTimedByEntry() {
        told(meters, it -> it.opened(scope));

        assertThat(timer(DeadlineMeter.BUDGET, "entry", "http").totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(2000);
    }

    @Test
    void onlyWorkThatWentOnAfterTheDeadlineIsTimed() {
        told(meters, it -> {
            it.closed(scope, Duration.ofMillis(2000), Duration.ofMillis(1999));
            it.closed(scope, Duration.ofMillis(2000), Duration.ofMillis(2000));
            it.closed(scope, Duration.ofMillis(2000), Duration.ofMillis(2007));
        });

        var after = timer(DeadlineMeter.AFTER_EXPIRY, "entry", "http");
        assertThat(after.count()).isOne();
        assertThat(after.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(7);
    }

    @Test
    void workIsCountedByHowItEnded() {
        told(meters, it -> {
            it.closed(scope, Duration.ofMillis(2000), Duration.ofMillis(3));
            it.closed(scope, Duration.ofMillis(2000), Duration.ofMillis(4));
            time.advance(Duration.ofMillis(2000));
            it.closed(scope, Duration.ofMillis(2000), Duration.ofMillis(2001));
            scope.cancel();
            it.closed(scope, Duration.ofMillis(2000), Duration.ofMillis(9));
        });

        assertThat(counted(DeadlineMeter.ENDED, "entry", "http", "ending", "in_time")).isEqualTo(2);
        assertThat(counted(DeadlineMeter.ENDED, "entry", "http", "ending", "expired")).isOne();
        assertThat(counted(DeadlineMeter.ENDED, "entry", "http", "ending", "caller_gone")).isOne();
    }

    @Test
    void whatAHopWasGivenAndTookIsTimedByItsName() {
        told(meters, it -> {
            it.granted("inventory", Duration.ofMillis(1890), Duration.ofMillis(20));
            it.returned("inventory", Duration.ofMillis(1890), Duration.ofMillis(20), Duration.ofMillis(3));
        });

        assertThat(timer(DeadlineMeter.GRANTED, "hop", "inventory").totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(1890);
        assertThat(timer(DeadlineMeter.RESERVED, "hop", "inventory").totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(20);
        assertThat(timer(DeadlineMeter.USED, "hop", "inventory").totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(3);
    }

    @Test
    void refusalsAreCountedByWhereAndWhom() {
        told(meters, it -> {
            it.refusedAtEntry("grpc");
            it.refusedBeforeDispatch("payment", Duration.ofMillis(3));
            it.refusedBeforeDispatch("payment", Duration.ZERO);
        });

        assertThat(counted(DeadlineMeter.REFUSED, "at", "entry", "name", "grpc")).isEqualTo(1);
        assertThat(counted(DeadlineMeter.REFUSED, "at", "hop", "name", "payment")).isEqualTo(2);
    }

    @Test
    void whatWasGivenUpIsCountedByStageAndEnding() {
        told(meters, it -> {
            it.stopped(Stage.STATEMENT, Ending.EXPIRED);
            it.stopped(Stage.CALL, Ending.CALLER_GONE);
            it.missing(Stage.REDIS);
            it.malformed("grpc-timeout");
        });

        assertThat(counted(DeadlineMeter.EXPIRED, "stage", "statement", "ending", "expired"))
                .isEqualTo(1);
        assertThat(counted(DeadlineMeter.EXPIRED, "stage", "call", "ending", "caller_gone"))
                .isEqualTo(1);
        assertThat(counted(DeadlineMeter.MISSING, "stage", "redis")).isEqualTo(1);
        assertThat(counted(DeadlineMeter.MALFORMED, "header", "grpc-timeout")).isEqualTo(1);
    }

    @Test
    void namesWithoutEndShareOneMeter() {
        told(meters, it -> {
            for (var i = 0; i < 1000; i++) {
                it.granted("host-" + i, Duration.ofMillis(1), Duration.ZERO);
            }
        });

        assertThat(meters.find(DeadlineMeter.GRANTED.getName()).timers()).hasSizeLessThan(100);
        assertThat(timer(DeadlineMeter.GRANTED, "hop", "other").count()).isGreaterThan(900);
        assertThat(timer(DeadlineMeter.GRANTED, "hop", "host-0").count()).isOne();
    }

    @Test
    void everyDocumentedMeterIsPublishedWithItsTagsAndNoOther() {
        told(meters, this::everything);

        for (var documented : DeadlineMeter.values()) {
            var tags = Arrays.stream(documented.getKeyNames()).map(it -> it.asString()).collect(Collectors.toSet());
            assertThat(meters.find(documented.getName()).meters())
                    .as(documented.getName())
                    .isNotEmpty()
                    .allSatisfy(it -> {
                        assertThat(names(it)).isEqualTo(tags);
                        assertThat(it.getId().getType()).isEqualTo(documented.getType());
                    });
        }
        assertThat(meters.getMeters())
                .extracting(it -> it.getId().getName())
                .allMatch(it -> Arrays.stream(DeadlineMeter.values()).anyMatch(meter -> meter.getName().equals(it)));
    }

    @Test
    void prometheusHasThemUnderTheseNames() {
        var prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

        told(prometheus, this::everything);

        assertThat(prometheus.scrape().lines().filter(it -> !it.startsWith("#")).map(it -> it.split("[{ ]")[0]))
                .contains(
                        "meridian_deadline_budget_seconds_count",
                        "meridian_deadline_after_expiry_seconds_count",
                        "meridian_deadline_granted_seconds_sum",
                        "meridian_deadline_reserved_seconds_sum",
                        "meridian_deadline_used_seconds_sum",
                        "meridian_deadline_refused_total",
                        "meridian_deadline_expired_total",
                        "meridian_deadline_missing_total",
                        "meridian_deadline_malformed_total");
        assertThat(prometheus.scrape())
                .contains("meridian_deadline_expired_total{ending=\"expired\",stage=\"handler\"} 1.0")
                .contains("meridian_deadline_refused_total{at=\"hop\",name=\"payment\"} 1.0");
    }

    @Test
    void aServiceThatKeepsNoDeadlinesCountsNone() {
        var service = new ApplicationContextRunner()
                .withBean(MeterRegistry.class, () -> meters)
                .withConfiguration(AutoConfigurations.of(DeadlineSignalsAutoConfiguration.class));

        service.withPropertyValues("meridian.deadline.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(DeadlineListener.class));
        service.withClassLoader(new FilteredClassLoader("io.meridian.deadline"))
                .run(context -> assertThat(context).hasNotFailed());
        service.run(context -> assertThat(context).hasBean("deadlineMetrics"));
    }

    private void everything(DeadlineListener listener) {
        listener.opened(scope);
        listener.closed(scope, Duration.ofMillis(1), Duration.ofMillis(2));
        listener.refusedAtEntry("http");
        listener.granted("inventory", Duration.ofMillis(2), Duration.ofMillis(1));
        listener.returned("inventory", Duration.ofMillis(2), Duration.ofMillis(1), Duration.ofMillis(1));
        listener.refusedBeforeDispatch("payment", Duration.ZERO);
        listener.stopped(Stage.HANDLER, Ending.EXPIRED);
        listener.missing(Stage.CALL);
        listener.malformed("x-request-timeout-ms");
    }

    /** As the legs tell it: through the bean that all listeners are behind. */
    private static void told(MeterRegistry meters, Consumer<DeadlineListener> news) {
        new ApplicationContextRunner()
                .withBean(MeterRegistry.class, () -> meters)
                .withConfiguration(
                        AutoConfigurations.of(DeadlineAutoConfiguration.class, DeadlineSignalsAutoConfiguration.class))
                .run(context -> news.accept(context.getBean(DeadlineListeners.class).all()));
    }

    private Timer timer(DeadlineMeter meter, String tag, String value) {
        return meters.get(meter.getName()).tag(tag, value).timer();
    }

    private double counted(DeadlineMeter meter, String... tags) {
        return meters.get(meter.getName()).tags(tags).counter().count();
    }

    private static Set<String> names(Meter meter) {
        return meter.getId().getTags().stream().map(Tag::getKey).collect(Collectors.toSet());
    }
}
