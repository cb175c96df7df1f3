package io.meridian.inventory;

import io.meridian.inventory.watching.WatchSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the stock is watched.
 *
 * @param atOnce the most subscribers of this instance at the same time
 * @param slowAfter how long a subscriber may take nothing although there is something, before it is ended
 * @param mostPending of how many products a subscriber may be behind before it is sent the list instead
 * @param signEvery how often a subscriber to whom nothing happens gets a sign of life; those of this platform take one to be dead from whom
 *     they hear nothing for 5 s
 * @param lingerFor how long the log is read on when nobody watches any more
 */
@ConfigurationProperties("meridian.inventory.watching")
record WatchingSettings(
        @DefaultValue("1000") int atOnce,
        @DefaultValue("10s") Duration slowAfter,
        @DefaultValue("5000") int mostPending,
        @DefaultValue("500ms") Duration signEvery,
        @DefaultValue("30s") Duration lingerFor) {

    WatchingSettings {
        var _ = settings(atOnce, slowAfter, mostPending, signEvery, lingerFor);
    }

    WatchSettings settings() {
        return settings(atOnce, slowAfter, mostPending, signEvery, lingerFor);
    }

    private static WatchSettings settings(
            int atOnce, Duration slowAfter, int mostPending, Duration signEvery, Duration lingerFor) {
        return new WatchSettings(atOnce, slowAfter, mostPending, signEvery, lingerFor);
    }
}
