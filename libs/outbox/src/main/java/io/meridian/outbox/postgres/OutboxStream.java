package io.meridian.outbox.postgres;

import io.meridian.outbox.relay.ChangeLog.Reading;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The stream of a slot: what is committed from its confirmed position on, and what is asked of its reader in between. */
public interface OutboxStream extends Reading {

    /**
     * From which event on the transaction whose end was polled last asks the table to be published again; null if it asks nothing.
     * Asking again is answered with null.
     */
    @Nullable UUID repeatFrom();
}
