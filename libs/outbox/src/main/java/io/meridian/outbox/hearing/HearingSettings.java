package io.meridian.outbox.hearing;

import java.time.Duration;

/**
 * How listeners hear.
 *
 * @param inFlight how much at once
 * @param drainTime for work in hand to end and to be committed, when a partition goes; a rebalance waits for it
 * @param auditRecords finished records after which offsets are audited
 * @param auditInterval time after which they are audited all the same
 * @param instance the name under which this instance keeps its partitions while it restarts; empty for none. Unique in the group, and the same
 *     after a restart
 */
public record HearingSettings(
        InFlightSettings inFlight, Duration drainTime, int auditRecords, Duration auditInterval, String instance) {

    public HearingSettings {
        if (drainTime.toMillis() < 100 || drainTime.compareTo(Duration.ofSeconds(30)) > 0) {
            throw new IllegalArgumentException("drainTime must be between 100 ms and 30 s, was " + drainTime);
        }
        if (auditRecords < 1) {
            throw new IllegalArgumentException("auditRecords must be at least 1, was " + auditRecords);
        }
        if (auditInterval.toMillis() < 1_000 || auditInterval.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("auditInterval must be between 1 s and 10 min, was " + auditInterval);
        }
        if (!instance.matches("[a-zA-Z0-9._-]{0,200}")) {
            throw new IllegalArgumentException(
                    "instance must be up to 200 letters, digits, dots, underscores or hyphens, was \"" + instance + '"');
        }
    }
}
