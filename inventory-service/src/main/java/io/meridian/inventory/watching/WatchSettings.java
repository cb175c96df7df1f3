package io.meridian.inventory.watching;

import java.time.Duration;

/**
 * How the stock is watched.
 *
 * @param atOnce the most subscribers at the same time
 * @param slowAfter how long a subscriber may take nothing although there is something, before it is ended
 * @param mostPending of how many products a subscriber may be behind before it is sent the list instead
 * @param signEvery how often a subscriber to whom nothing happens gets a sign of life
 * @param lingerFor how long the log is read on when nobody watches any more
 */
public record WatchSettings(
        int atOnce, Duration slowAfter, int mostPending, Duration signEvery, Duration lingerFor) {

    public WatchSettings {
        if (atOnce < 1) {
            throw new IllegalArgumentException("atOnce must be at least 1, was " + atOnce);
        }
        if (mostPending < 1) {
            throw new IllegalArgumentException("mostPending must be at least 1, was " + mostPending);
        }
        requirePositive("slowAfter", slowAfter);
        requirePositive("signEvery", signEvery);
        requirePositive("lingerFor", lingerFor);
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive, was " + value);
        }
    }
}
