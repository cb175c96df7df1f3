package io.meridian.breaker.autoconfigure;

import io.meridian.breaker.Tuning;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.breaker}. None has to be set: a breaker needs a name, and finds out the rest.
 *
 * @param enabled whether there are breakers at all; without them the service behaves as if the starter were absent
 * @param mode what a breaker is by default
 * @param leastInFlight the limit of calls in flight never goes below; 0 to {@code mostInFlight}, where 0 means that there may be pauses
 *     between calls
 * @param mostInFlight the limit of calls in flight never goes above; 1 to 100000, and not less than {@code leastInFlight}
 * @param instances what is different for single breakers, by name; a name with dots in it is written in brackets
 */
@ConfigurationProperties("meridian.breaker")
record BreakerProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("adaptive") Mode mode,
        @DefaultValue("0") int leastInFlight,
        @DefaultValue("10000") int mostInFlight,
        @DefaultValue Map<String, Instance> instances) {

    private static final int MOST = 100_000;

    /** What a breaker is. */
    enum Mode {
        /** It adapts. */
        ADAPTIVE,

        /** A plain circuit breaker of Resilience4j, with its settings and defaults. */
        STATIC
    }

    /**
     * What is different for one breaker; the general setting holds for what is absent.
     *
     * @param mode what it is
     * @param leastInFlight its limit never goes below; 0 to {@code mostInFlight}
     * @param mostInFlight its limit never goes above; 1 to 100000, and not less than {@code leastInFlight}
     */
    record Instance(
            @Nullable Mode mode,
            @Nullable Integer leastInFlight,
            @Nullable Integer mostInFlight) {}

    BreakerProperties {
        check("", leastInFlight, mostInFlight);
        for (var entry : instances.entrySet()) {
            var instance = entry.getValue();
            check(
                    "instances." + entry.getKey() + ".",
                    orElse(instance.leastInFlight(), leastInFlight),
                    orElse(instance.mostInFlight(), mostInFlight));
        }
    }

    Mode modeOf(String name) {
        var instance = instances.get(name);
        return instance == null ? mode : orElse(instance.mode(), mode);
    }

    Tuning tuningOf(String name) {
        var instance = instances.get(name);
        int least = instance == null ? leastInFlight : orElse(instance.leastInFlight(), leastInFlight);
        int most = instance == null ? mostInFlight : orElse(instance.mostInFlight(), mostInFlight);
        return Tuning.USUAL.with(Tuning.Limits.USUAL.between(least, most));
    }

    private static <T> T orElse(@Nullable T value, T other) {
        return value == null ? other : value;
    }

    private static void check(String where, int least, int most) {
        within(where + "most-in-flight", most, 1, MOST);
        within(where + "least-in-flight", least, 0, most);
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "meridian.breaker." + name + " must be " + least + " to " + most + ", was " + value);
        }
    }
}
