package io.meridian.observability.autoconfigure;

import io.meridian.breaker.shedding.DoorListener;
import io.meridian.breaker.shedding.Priority;
import io.meridian.breaker.shedding.Shed;
import io.meridian.observability.SheddingMeter;
import io.meridian.observability.SheddingMeter.SheddingTag;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Counts what a door tells; {@link SheddingMeter} has the names. */
final class SheddingMetrics implements DoorListener {

    private final Supplier<MeterRegistry> meters;

    /** @param meters asked when something is to be counted: a door is needed before a registry can be had */
    SheddingMetrics(Supplier<MeterRegistry> meters) {
        this.meters = meters;
    }

    @Override
    public void admitted(Priority priority, long waitedNanos) {
        meters.get()
                .timer(SheddingMeter.WAIT.getName(), SheddingTag.PRIORITY.asString(), word(priority))
                .record(waitedNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void shed(Priority priority, Shed why) {
        meters.get()
                .counter(
                        SheddingMeter.SHED.getName(),
                        SheddingTag.PRIORITY.asString(),
                        word(priority),
                        SheddingTag.REASON.asString(),
                        word(why))
                .increment();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
