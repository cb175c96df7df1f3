package io.meridian.outbox.jdbc;

import io.meridian.outbox.InboxListener;
import io.meridian.outbox.IncomingEvent;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a service has heard, so that hearing it again has no effect.
 *
 * <p>The event's id and its effect are committed together or not at all; the primary key decides which of two simultaneous
 * deliveries was first, the other one waits for its outcome. Guarantees one effect for as long as the row is kept
 * ({@code meridian.outbox.retention.inbox}, longer than the topic keeps the event). Covers only what the effect does in this
 * database: whatever it does elsewhere needs its own key.
 */
public final class Inbox {

    private static final String CLAIM = """
            INSERT INTO inbox_events (consumer, event_id, received_at)
            VALUES (:consumer, :eventId, :receivedAt)
            ON CONFLICT DO NOTHING
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final InstantSource clock;
    private final List<InboxListener> listeners;

    /** An inbox in the database of {@code jdbc}, whose transactions {@code transactions} manages. */
    public Inbox(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            InstantSource clock,
            List<InboxListener> listeners) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
        this.listeners = List.copyOf(listeners);
    }

    /**
     * Runs {@code effect} unless {@code consumer} has applied this event before. Joins the caller's transaction if there is one.
     *
     * @param consumer who is hearing; two consumers in one service each apply the event once
     * @return false for a duplicate, whose effect was not run
     */
    public boolean once(String consumer, IncomingEvent event, Runnable effect) {
        var first = transaction.execute(_ -> {
            if (!claim(consumer, event)) {
                return false;
            }
            effect.run();
            return true;
        });
        if (first) {
            listeners.forEach(listener -> listener.applied(consumer, event));
        } else {
            listeners.forEach(listener -> listener.duplicate(consumer, event));
        }
        return first;
    }

    private boolean claim(String consumer, IncomingEvent event) {
        return jdbc.sql(CLAIM)
                        .param("consumer", consumer)
                        .param("eventId", event.id())
                        .param("receivedAt", clock.instant().atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }
}
