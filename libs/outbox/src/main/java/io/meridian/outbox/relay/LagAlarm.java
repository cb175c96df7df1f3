package io.meridian.outbox.relay;

import io.meridian.outbox.RelayLag;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a lag is worth waking somebody: it rings at one of the bounds, and stops ringing below half of both, so that a lag at a bound
 * rings once. Knows no time and keeps nothing.
 *
 * @param bytes of log held back; if the slot has a limit, half of it rings as well
 * @param age of what has been waiting longest
 */
public record LagAlarm(long bytes, Duration age) {

    public LagAlarm {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "bytes must be at least 1 (meridian.outbox.relay.alarm-size), was " + bytes);
        }
        if (!age.isPositive()) {
            throw new IllegalArgumentException("age must be positive (meridian.outbox.relay.alarm-age), was " + age);
        }
    }

    /**
     * What is wrong with this lag.
     *
     * @param ringing whether it was already found to be wrong
     * @return null if nothing is
     */
    public @Nullable String complaint(RelayLag lag, boolean ringing) {
        int share = ringing ? 2 : 1;
        if (lag.age().compareTo(age.dividedBy(share)) >= 0) {
            return "what was committed waits for %d s to be published, expected less than %d s"
                    .formatted(lag.age().toSeconds(), age.toSeconds());
        }
        if (lag.bytes() >= bound(lag) / share) {
            return "the slot holds back %d MB of log, expected less than %d MB"
                    .formatted(lag.bytes() >> 20, bound(lag) >> 20);
        }
        return null;
    }

    private long bound(RelayLag lag) {
        return lag.limitBytes() < 0 ? bytes : Math.min(bytes, lag.limitBytes() / 2);
    }
}
