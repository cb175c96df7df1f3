package io.meridian.outbox;

/** Told what became of received events; for counting. Called after the transaction, on the receiving thread. */
public interface InboxListener {

    /** The effect of {@code event} has been committed for the first and only time. */
    default void applied(String consumer, IncomingEvent event) {}

    /** The event had been applied before, so its effect was left out. */
    default void duplicate(String consumer, IncomingEvent event) {}

    /** A newer event about the same aggregate had been applied before, so its effect was left out. */
    default void stale(String consumer, IncomingEvent event) {}
}
