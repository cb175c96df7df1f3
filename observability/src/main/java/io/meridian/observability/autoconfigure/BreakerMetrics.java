package io.meridian.observability.autoconfigure;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerSnapshot;
import io.meridian.breaker.Rejection;
import io.meridian.observability.BreakerMeter;
import io.meridian.observability.BreakerMeter.BreakerTag;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** Publishes each adaptive breaker of a registry from when it is made; {@link BreakerMeter} has the names. */
final class BreakerMetrics implements MeterBinder {

    private final CircuitBreakerRegistry registry;

    BreakerMetrics(CircuitBreakerRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        registry.getAllCircuitBreakers().forEach(it -> bind(it, meters));
        registry.getEventPublisher()
                .onEntryAdded(added -> bind(added.getAddedEntry(), meters))
                .onEntryReplaced(replaced -> bind(replaced.getNewEntry(), meters));
    }

    private static void bind(CircuitBreaker entry, MeterRegistry meters) {
        if (!(entry instanceof Breaker breaker)) {
            return; // it adapts nothing
        }
        gauge(meters, breaker, BreakerMeter.LIMIT, BreakerSnapshot::limit);
        gauge(meters, breaker, BreakerMeter.IN_FLIGHT, BreakerSnapshot::inFlight);
        gauge(meters, breaker, BreakerMeter.CUSUM, BreakerSnapshot::cusum);
        seconds(meters, breaker, BreakerMeter.TARGET, BreakerSnapshot::targetNanos);
        seconds(meters, breaker, BreakerMeter.SLOW_THRESHOLD, BreakerSnapshot::slowThresholdNanos);
        counter(meters, breaker, BreakerMeter.CENSORED, BreakerSnapshot::censored);
        counter(meters, breaker, BreakerMeter.WITHOUT_DEADLINE, BreakerSnapshot::withoutDeadline);
        for (var why : Rejection.values()) {
            counter(
                    meters,
                    breaker,
                    BreakerMeter.REJECTED,
                    it -> it.rejections().getOrDefault(why, 0L),
                    BreakerTag.REASON.asString(),
                    word(why));
        }
    }

    static String word(Rejection why) {
        return why.name().toLowerCase(Locale.ROOT);
    }

    private static void gauge(
            MeterRegistry meters, Breaker breaker, BreakerMeter meter, ToDoubleFunction<BreakerSnapshot> value) {
        Gauge.builder(meter.getName(), breaker, it -> value.applyAsDouble(it.snapshot()))
                .tag(BreakerTag.NAME.asString(), breaker.name())
                .register(meters);
    }

    private static void seconds(
            MeterRegistry meters, Breaker breaker, BreakerMeter meter, ToDoubleFunction<BreakerSnapshot> nanos) {
        Gauge.builder(
                        meter.getName(),
                        breaker,
                        it -> nanos.applyAsDouble(it.snapshot()) / TimeUnit.SECONDS.toNanos(1))
                .tag(BreakerTag.NAME.asString(), breaker.name())
                .baseUnit("seconds")
                .register(meters);
    }

    private static void counter(
            MeterRegistry meters,
            Breaker breaker,
            BreakerMeter meter,
            ToDoubleFunction<BreakerSnapshot> value,
            String... tags) {
        FunctionCounter.builder(meter.getName(), breaker, it -> value.applyAsDouble(it.snapshot()))
                .tag(BreakerTag.NAME.asString(), breaker.name())
                .tags(tags)
                .register(meters);
    }
}
