package io.meridian.observability.autoconfigure;

import io.meridian.observability.HearingMeter;
import io.meridian.observability.HearingMeter.HearingTag;
import io.meridian.outbox.HearingListener;
import io.meridian.outbox.HearingReport;
import io.meridian.outbox.HearingStatus;
import io.meridian.outbox.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Counts what listeners tell, and shows how each of them is doing from its first partition on; {@link HearingMeter} has the names. */
final class HearingMetrics implements HearingListener {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(200)
    };

    private final MeterRegistry meters;
    private final Supplier<HearingReport> report;
    private final Set<String> shown = ConcurrentHashMap.newKeySet();

    /** @param report asked for late: it tells its listeners, so it is made after them */
    HearingMetrics(MeterRegistry meters, Supplier<HearingReport> report) {
        this.meters = meters;
        this.report = report;
    }

    @Override
    public void ended(String listener, String topic, String type, Outcome outcome, Duration took) {
        meters.counter(
                        HearingMeter.PROCESSED.getName(),
                        HearingTag.TOPIC.asString(),
                        topic,
                        HearingTag.RESULT.asString(),
                        lower(outcome))
                .increment();
        if (outcome == Outcome.APPLIED) {
            Timer.builder(HearingMeter.APPLY.getName())
                    .tag(HearingTag.TOPIC.asString(), topic)
                    .tag(HearingTag.TYPE.asString(), type)
                    .serviceLevelObjectives(BUCKETS)
                    .register(meters)
                    .record(took);
        }
    }

    @Override
    public void closed(String listener, String partition, SessionEnd end, Duration took) {
        meters.timer(
                        HearingMeter.GIVEN_UP.getName(),
                        HearingTag.LISTENER.asString(),
                        listener,
                        HearingTag.RESULT.asString(),
                        lower(end))
                .record(took);
    }

    @Override
    public void misplaced(String listener, String partition, Misplaced how, long records) {
        meters.counter(
                        HearingMeter.MISPLACED.getName(),
                        HearingTag.LISTENER.asString(),
                        listener,
                        HearingTag.RESULT.asString(),
                        lower(how))
                .increment();
    }

    @Override
    public void opened(String listener, String partition) {
        if (!shown.add(listener)) {
            return;
        }
        count(HearingMeter.RECEIVED, listener, HearingStatus::received);
        count(HearingMeter.RETURNED, listener, HearingStatus::returned);
        gauge(HearingMeter.UNACCOUNTED, listener, HearingStatus::unaccounted);
        gauge(HearingMeter.WAITING, listener, HearingStatus::waiting);
        gauge(HearingMeter.RUNNING, listener, HearingStatus::running);
        gauge(HearingMeter.OPEN, listener, HearingStatus::open);
        gauge(HearingMeter.PERMITS, listener, HearingStatus::permits);
        gauge(HearingMeter.SESSIONS, listener, HearingStatus::sessions);
        gauge(HearingMeter.PAUSED, listener, HearingStatus::paused);
        gauge(HearingMeter.COMMIT_GAP, listener, it -> known(it.gap()));
        gauge(HearingMeter.LAG, listener, it -> known(it.lag()));
        gauge(HearingMeter.IDLE_MEMBERS, listener, HearingStatus::idleMembers);
        gauge(HearingMeter.RETENTION_MARGIN, listener, HearingStatus::retentionMarginSeconds);
    }

    private void count(HearingMeter meter, String listener, ToDoubleFunction<HearingStatus> figure) {
        FunctionCounter.builder(meter.getName(), report.get(), it -> of(it, listener, figure))
                .tag(HearingTag.LISTENER.asString(), listener)
                .register(meters);
    }

    private void gauge(HearingMeter meter, String listener, ToDoubleFunction<HearingStatus> figure) {
        Gauge.builder(meter.getName(), report.get(), it -> of(it, listener, figure))
                .tag(HearingTag.LISTENER.asString(), listener)
                .register(meters);
    }

    private static double of(HearingReport report, String listener, ToDoubleFunction<HearingStatus> figure) {
        return report.status(listener).map(figure::applyAsDouble).orElse(Double.NaN);
    }

    private static double known(long records) {
        return records < 0 ? Double.NaN : records;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
