package io.meridian.outbox.relay;

import io.meridian.outbox.StoredEvent;

/** What the change log says next. */
public sealed interface Change {

    /** An event of a committed transaction; the transaction's end is yet to come. */
    record Appended(StoredEvent event) implements Change {}

    /**
     * The end of a transaction: once all events before it have been published, {@code position} may be confirmed.
     *
     * @param position in the change log; ascends with every transaction
     */
    record Committed(long position) implements Change {}
}
