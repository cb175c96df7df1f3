package io.meridian.observability.autoconfigure;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Stage;
import io.meridian.observability.DeadlineMeter;
import io.meridian.observability.DeadlineMeter.DeadlineTag;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Counts what the deadline library tells; {@link DeadlineMeter} has the names. */
final class DeadlineMetrics implements DeadlineListener {

    /** More neighbours or entry points than any service has. */
    static final int MOST_NAMES = 64;

    private final Supplier<MeterRegistry> meters;

    private final Named<Timer> budgets = timers(DeadlineMeter.BUDGET, DeadlineTag.ENTRY);
    private final Named<Counter> ended = new Named<>(this::endings);
    private final Named<Timer> overruns = timers(DeadlineMeter.AFTER_EXPIRY, DeadlineTag.ENTRY);
    private final Named<Timer> grants = timers(DeadlineMeter.GRANTED, DeadlineTag.HOP);
    private final Named<Timer> reserves = timers(DeadlineMeter.RESERVED, DeadlineTag.HOP);
    private final Named<Timer> uses = timers(DeadlineMeter.USED, DeadlineTag.HOP);
    private final Named<Counter> refusedEntries = refusals("entry");
    private final Named<Counter> refusedHops = refusals("hop");
    private final Named<Counter> malformed =
            new Named<>(header -> counter(DeadlineMeter.MALFORMED, DeadlineTag.HEADER.asString(), header));

    /** @param meters asked when something is to be counted: a listener may be needed before a registry can be had */
    DeadlineMetrics(Supplier<MeterRegistry> meters) {
        this.meters = meters;
    }

    @Override
    public void opened(DeadlineScope scope) {
        budgets.of(scope.name()).record(scope.deadline().budget());
    }

    @Override
    public void closed(DeadlineScope scope, Duration granted, Duration used) {
        ended.of(scope.name() + '/' + scope.ending().map(DeadlineMetrics::word).orElse("in_time"))
                .increment();
        var after = used.minus(granted);
        if (after.isPositive()) {
            overruns.of(scope.name()).record(after);
        }
    }

    @Override
    public void refusedAtEntry(String entry) {
        refusedEntries.of(entry).increment();
    }

    @Override
    public void granted(String hop, Duration granted, Duration reserved) {
        grants.of(hop).record(granted);
        reserves.of(hop).record(reserved);
    }

    @Override
    public void returned(String hop, Duration granted, Duration reserved, Duration used) {
        uses.of(hop).record(used);
    }

    @Override
    public void refusedBeforeDispatch(String hop, Duration left) {
        refusedHops.of(hop).increment();
    }

    @Override
    public void stopped(Stage stage, Ending ending) {
        counter(
                        DeadlineMeter.EXPIRED,
                        DeadlineTag.STAGE.asString(),
                        word(stage),
                        DeadlineTag.ENDING.asString(),
                        word(ending))
                .increment();
    }

    @Override
    public void missing(Stage stage) {
        counter(DeadlineMeter.MISSING, DeadlineTag.STAGE.asString(), word(stage)).increment();
    }

    @Override
    public void malformed(String header) {
        malformed.of(header).increment();
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private Named<Timer> timers(DeadlineMeter meter, DeadlineTag tag) {
        return new Named<>(name -> meters.get().timer(meter.getName(), tag.asString(), name));
    }

    private Named<Counter> refusals(String at) {
        return new Named<>(name -> counter(
                DeadlineMeter.REFUSED, DeadlineTag.AT.asString(), at, DeadlineTag.NAME.asString(), name));
    }

    /** @param name an entry point and how its work ended, or the name of the many that come late */
    private Counter endings(String name) {
        var end = name.lastIndexOf('/');
        return counter(
                DeadlineMeter.ENDED,
                DeadlineTag.ENTRY.asString(),
                end < 0 ? name : name.substring(0, end),
                DeadlineTag.ENDING.asString(),
                end < 0 ? name : name.substring(end + 1));
    }

    private Counter counter(DeadlineMeter meter, String... tags) {
        return meters.get().counter(meter.getName(), Tags.of(tags));
    }

    /** A meter for each value of a tag. The set is bounded by contract; should it not be, the many that come late share one. */
    private static final class Named<M> {

        private final ConcurrentHashMap<String, M> meters = new ConcurrentHashMap<>();
        private final Function<String, M> register;

        Named(Function<String, M> register) {
            this.register = register;
        }

        M of(String name) {
            var known = meters.get(name);
            if (known != null) {
                return known;
            }
            // Registering twice is the same meter; done outside the map's locks, because it may be what makes the registry.
            var bounded = meters.size() < MOST_NAMES ? name : "other";
            var registered = register.apply(bounded);
            meters.put(bounded, registered);
            return registered;
        }
    }
}
