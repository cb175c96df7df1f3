package io.meridian.order;

import io.meridian.order.reconciling.Reconcile;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.reconcile}, for a run with the profile {@code reconcile}.
 *
 * @param since how old the oldest orders are that are compared; 0 for all there are
 * @param grace how old the youngest are: what is younger is on its way
 * @param patience how long a difference that may be under way is looked at again, once the first look is over
 * @param between how long between two looks
 * @param pageSize how many entries are asked for at a time, 1 to 500
 * @param atMost with so many differences it ends, 1 to 100,000
 * @param page how long one page is waited for
 * @param report where to put the report as JSON; if absent it is the last line of standard output
 */
@ConfigurationProperties("meridian.reconcile")
record ReconcileSettings(
        @DefaultValue("24h") Duration since,
        @DefaultValue("5m") Duration grace,
        @DefaultValue("10s") Duration patience,
        @DefaultValue("1s") Duration between,
        @DefaultValue("500") int pageSize,
        @DefaultValue("1000") int atMost,
        @DefaultValue("5s") Duration page,
        @Nullable Path report) {

    ReconcileSettings {
        requireNotNegative("since", since);
        requireNotNegative("grace", grace);
        requireNotNegative("patience", patience);
        requirePositive("between", between);
        requirePositive("page", page);
        requireIn("page-size", pageSize, 500);
        requireIn("at-most", atMost, 100_000);
        if (!since.isZero() && since.compareTo(grace) <= 0) {
            throw new IllegalArgumentException("meridian.reconcile.since must be longer than grace (" + grace
                    + ") or 0, was " + since + ": there would be nothing to compare");
        }
    }

    Reconcile.Settings settings() {
        return new Reconcile.Settings(pageSize, atMost, patience, between);
    }

    private static void requireNotNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("meridian.reconcile." + name + " must not be negative, was " + value);
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("meridian.reconcile." + name + " must be positive, was " + value);
        }
    }

    private static void requireIn(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    "meridian.reconcile." + name + " must be in 1.." + most + ", was " + value);
        }
    }
}
