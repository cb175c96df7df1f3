package io.meridian.outbox;

import java.time.Duration;

/** Told what the relay does; for counting and timing. Called on the relay's or Kafka's thread: return at once, throw nothing. */
public interface RelayListener {

    /**
     * Kafka has acknowledged {@code event}.
     *
     * @param sinceOccurred time since it was appended; includes the transaction's remaining length
     */
    default void published(StoredEvent event, Duration sinceOccurred) {}

    /** The relay went over to another state. */
    default void changed(RelayStatus status) {}

    /** Publishing is so far behind that somebody should look; {@link RelayStatus#alarm()} says why. Told once, until it has caught up. */
    default void lagging(RelayStatus status) {}

    /** Publishing is no longer so far behind. */
    default void caughtUp(RelayStatus status) {}
}
