package io.meridian.inventory;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long inventory waits for others.
 *
 * @param holdFor how long stock stays set aside for an order that nobody confirms
 * @param sweepEvery how long after one look for overdue holds the next one begins; a hold ends at most this much late
 * @param sweepBatch how many overdue holds are looked for at once, 1 to 1,000
 * @param cacheFor how late a product that is read may be
 * @param cachePause how long Redis is left alone after it failed to answer
 */
@ConfigurationProperties("meridian.inventory")
record InventorySettings(
        @DefaultValue("10m") Duration holdFor,
        @DefaultValue("2s") Duration sweepEvery,
        @DefaultValue("100") int sweepBatch,
        @DefaultValue("2s") Duration cacheFor,
        @DefaultValue("250ms") Duration cachePause) {

    InventorySettings {
        requirePositive("hold-for", holdFor);
        requirePositive("sweep-every", sweepEvery);
        if (sweepBatch < 1 || sweepBatch > 1_000) {
            throw new IllegalArgumentException("meridian.inventory.sweep-batch must be in 1..1000, was " + sweepBatch);
        }
        requirePositive("cache-for", cacheFor);
        requirePositive("cache-pause", cachePause);
    }

    /** A millisecond is the least that PostgreSQL, Redis and the scheduler all take for more than nothing. */
    private static void requirePositive(String name, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("meridian.inventory." + name + " must be 1 ms or more, was " + value);
        }
    }
}
