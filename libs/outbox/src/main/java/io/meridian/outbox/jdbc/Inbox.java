package io.meridian.outbox.jdbc;

import io.meridian.outbox.Delivery;
import io.meridian.outbox.InboxListener;
import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.Outcome;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a service has heard, so that hearing it again has no effect.
 *
 * <p>The event's id and its effect are committed together or not at all; the primary key decides which of two simultaneous
 * deliveries was first, the other one waits for its outcome. Redis or any other cache has no say in it. Guarantees one effect for as long as the row is kept
 * ({@code meridian.outbox.retention.inbox}, longer than the topic keeps the event). Covers only what the effect does in this
 * database: whatever it does elsewhere needs its own key.
 */
public final class Inbox {

    private static final String CLAIM = """
            INSERT INTO inbox_events (consumer, event_id, received_at)
            VALUES (:consumer, :eventId, :receivedAt)
            ON CONFLICT DO NOTHING
            """;

    /** Claims the event, and if that is new, the place of the newest event of its aggregate; says which of the two it got. */
    private static final String CLAIM_IF_NEWEST = """
            WITH claimed AS (
                INSERT INTO inbox_events (consumer, event_id, received_at)
                VALUES (:consumer, :eventId, :receivedAt)
                ON CONFLICT DO NOTHING
                RETURNING 1),
            newest AS (
                INSERT INTO inbox_versions AS known (consumer, aggregate_id, sequence, seen_at)
                SELECT :consumer, :aggregateId, :sequence, :receivedAt FROM claimed
                ON CONFLICT (consumer, aggregate_id) DO UPDATE SET sequence = excluded.sequence, seen_at = excluded.seen_at
                WHERE known.sequence < excluded.sequence
                RETURNING 1)
            SELECT (SELECT count(*) FROM claimed) + (SELECT count(*) FROM newest)
            """;

    private static final String NEWEST = """
            SELECT sequence FROM inbox_versions WHERE consumer = :consumer AND aggregate_id = :aggregateId
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
        return run(consumer, event, effect, () -> claim(consumer, event)) == Outcome.APPLIED;
    }

    /**
     * Runs {@code effect} unless {@code consumer} has applied this event before, or a newer one about the same aggregate: for consumers
     * to whom the last word says everything. An event without a {@link IncomingEvent#sequence} is only looked at as
     * {@link #once} does. Joins the caller's transaction if there is one.
     *
     * <p>What is newest is forgotten with the inbox, so an older event is recognised for as long as the topic can still have it.
     *
     * @return {@link Outcome#APPLIED}, {@link Outcome#DUPLICATE} or {@link Outcome#STALE}
     */
    public Outcome newest(String consumer, IncomingEvent event, Runnable effect) {
        var sequence = event.sequence();
        return run(
                consumer,
                event,
                effect,
                () -> sequence.isPresent() ? claimIfNewest(consumer, event, sequence.getAsLong()) : claim(consumer, event));
    }

    /**
     * Whether {@code consumer} has applied a newer event about the same aggregate: for work that is done before the transaction in which
     * {@link #newest} decides. Says no when nothing is known.
     */
    public boolean isStale(String consumer, IncomingEvent event) {
        var sequence = event.sequence();
        return sequence.isPresent()
                && jdbc.sql(NEWEST)
                        .param("consumer", consumer)
                        .param("aggregateId", event.key())
                        .query(Long.class)
                        .optional()
                        .filter(newest -> newest > sequence.getAsLong())
                        .isPresent();
    }

    private Outcome run(String consumer, IncomingEvent event, Runnable effect, Supplier<Outcome> claim) {
        var outcome = Objects.requireNonNull(transaction.execute(_ -> {
            var claimed = claim.get();
            if (claimed == Outcome.APPLIED) {
                effect.run();
            }
            return claimed;
        }));
        Delivery.ended(outcome);
        for (var listener : listeners) {
            switch (outcome) {
                case APPLIED -> listener.applied(consumer, event);
                case DUPLICATE -> listener.duplicate(consumer, event);
                case STALE -> listener.stale(consumer, event);
                case PARKED -> throw new IllegalStateException("an inbox puts nothing aside");
            }
        }
        return outcome;
    }

    private Outcome claimIfNewest(String consumer, IncomingEvent event, long sequence) {
        int rows = jdbc.sql(CLAIM_IF_NEWEST)
                .param("consumer", consumer)
                .param("eventId", event.id())
                .param("aggregateId", event.key())
                .param("sequence", sequence)
                .param("receivedAt", clock.instant().atOffset(ZoneOffset.UTC))
                .query(Integer.class)
                .single();
        return switch (rows) {
            case 0 -> Outcome.DUPLICATE;
            case 1 -> Outcome.STALE;
            default -> Outcome.APPLIED;
        };
    }

    private Outcome claim(String consumer, IncomingEvent event) {
        int rows = jdbc.sql(CLAIM)
                .param("consumer", consumer)
                .param("eventId", event.id())
                .param("receivedAt", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
        return rows == 1 ? Outcome.APPLIED : Outcome.DUPLICATE;
    }
}
