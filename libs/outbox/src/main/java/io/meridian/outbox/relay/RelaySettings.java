package io.meridian.outbox.relay;

import java.time.Duration;

/**
 * How a relay behaves.
 *
 * @param maxInFlight events handed to the publisher and not acknowledged; reading waits when there are more
 * @param maxInFlightBytes the same for their payloads
 * @param firstPause before the first attempt after a failure; doubles with each further one
 * @param longestPause what the doubling ends at
 * @param standbyPause between looks at a slot that another instance holds
 * @param drainTime how long stopping waits for acknowledgements
 */
public record RelaySettings(
        int maxInFlight,
        long maxInFlightBytes,
        Duration firstPause,
        Duration longestPause,
        Duration standbyPause,
        Duration drainTime) {

    public RelaySettings {
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("maxInFlight must be at least 1, was " + maxInFlight);
        }
        if (maxInFlightBytes < 1) {
            throw new IllegalArgumentException("maxInFlightBytes must be at least 1, was " + maxInFlightBytes);
        }
        requirePositive("firstPause", firstPause);
        requirePositive("longestPause", longestPause);
        requirePositive("standbyPause", standbyPause);
        requirePositive("drainTime", drainTime);
    }

    private static void requirePositive(String name, Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive, was " + duration);
        }
    }

    /** The pause after the given number of failures in a row, one or more. */
    Duration pauseAfter(int failures) {
        var doubled = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
        return doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
    }
}
