package io.meridian.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the relay is doing, at one instant.
 *
 * @param slot the replication slot it reads from; whoever holds it is the service's one active relay
 * @param state what it is doing
 * @param confirmedPosition the position in the write-ahead log (an LSN) up to which Kafka has everything; 0 before the first confirmation
 * @param confirmedAt when that was confirmed, or found to be still true because there was nothing more; null before the first confirmation
 * @param lag how far publishing is behind, looked up every few seconds; null while unknown
 * @param alarm why somebody should look at the lag; null if nobody need
 * @param published events acknowledged by Kafka since start, repetitions included
 * @param inFlight events handed to Kafka and not yet acknowledged
 * @param failures sessions that ended in a failure since start
 * @param lastFailure why the latest of them ended; null if none did
 * @param lastFailureAt when it ended; null if none did
 */
public record RelayStatus(
        String slot,
        State state,
        long confirmedPosition,
        @Nullable Instant confirmedAt,
        @Nullable RelayLag lag,
        @Nullable String alarm,
        long published,
        int inFlight,
        long failures,
        @Nullable String lastFailure,
        @Nullable Instant lastFailureAt) {

    /** What a relay may be doing. */
    public enum State {
        /** Not started, or stopped. */
        STOPPED,
        /** Opening the stream and, if the slot is new, publishing what the table holds. */
        CONNECTING,
        /** Another instance of this service holds the slot; this one takes over when it lets go. */
        STANDBY,
        /** Reading and publishing. */
        STREAMING,
        /** A session failed; the next one begins after a pause, from the confirmed position. */
        RECOVERING
    }

    /** {@link #confirmedPosition} as PostgreSQL writes it, for instance {@code 0/16B3748}. */
    public String confirmedLsn() {
        return "%X/%X".formatted(confirmedPosition >>> 32, confirmedPosition & 0xFFFF_FFFFL);
    }
}
