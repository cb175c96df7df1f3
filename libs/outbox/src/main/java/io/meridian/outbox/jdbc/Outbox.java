package io.meridian.outbox.jdbc;

import io.meridian.outbox.HeaderSource;
import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.StoredEvent;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Where a service says what it did, in the transaction in which it does it.
 *
 * <p>Guarantees that an appended event is published if and only if that transaction commits, at least once, and in commit order
 * among the events of its aggregate. Does not guarantee when: the relay publishes as soon as PostgreSQL and Kafka let it.
 */
public final class Outbox {

    /** The row's own number travels with the event: taken in the same statement, so that it costs no round trip. */
    private static final String APPEND = """
            INSERT INTO outbox_events (id, sequence, topic, aggregate_id, type, payload, headers, occurred_at)
            OVERRIDING SYSTEM VALUE
            SELECT CAST(:id AS UUID), number, :topic, :aggregateId, :type, :payload,
                CAST(:headers AS JSONB) || jsonb_build_object('ce_sequence', CAST(number AS TEXT)),
                CAST(:occurredAt AS TIMESTAMPTZ)
            FROM nextval(pg_get_serial_sequence('outbox_events', 'sequence')) AS number
            """;

    private static final String EMIT = "SELECT pg_logical_emit_message(true, :prefix, :content)::TEXT";

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final List<HeaderSource> headerSources;
    private final InstantSource clock;
    private final int maxEventBytes;
    private final Appending appending;
    private final Runnable afterCommit;
    private final UuidV7 ids;

    /**
     * An outbox in the table of the given database.
     *
     * @param headerSources asked in this order; of a repeated name the last one's value counts
     * @param random for the random half of the ids; must not be shared with whoever should not be able to guess them
     * @param maxEventBytes what Kafka would refuse must be refused here, while there is still a caller to be told
     * @param afterCommit run after the commit of a transaction that appended, to wake the relay; must be quick and throw nothing
     */
    public Outbox(
            DataSource dataSource,
            List<HeaderSource> headerSources,
            InstantSource clock,
            RandomGenerator random,
            int maxEventBytes,
            Runnable afterCommit) {
        this(dataSource, headerSources, clock, random, maxEventBytes, Appending.TABLE, afterCommit);
    }

    /**
     * As the other, with ids nobody can guess.
     *
     * @param appending where events are written
     */
    public Outbox(
            DataSource dataSource,
            List<HeaderSource> headerSources,
            InstantSource clock,
            int maxEventBytes,
            Appending appending,
            Runnable afterCommit) {
        this(dataSource, headerSources, clock, new SecureRandom(), maxEventBytes, appending, afterCommit);
    }

    private Outbox(
            DataSource dataSource,
            List<HeaderSource> headerSources,
            InstantSource clock,
            RandomGenerator random,
            int maxEventBytes,
            Appending appending,
            Runnable afterCommit) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.headerSources = List.copyOf(headerSources);
        this.clock = clock;
        this.maxEventBytes = maxEventBytes;
        this.appending = appending;
        this.afterCommit = afterCommit;
        this.ids = new UuidV7(clock, random);
    }

    /**
     * Adds an event to the caller's transaction.
     *
     * @return the event's id, a UUIDv7: the {@code ce_id} its receivers will see
     * @throws IllegalTransactionStateException if there is no transaction on the outbox's database: an event outside it could
     *     outlive a rollback
     * @throws IllegalArgumentException if payload and headers together are larger than what can be published
     */
    public UUID append(OutgoingEvent event) {
        requireTransaction();
        var headers = headers();
        var stored = new StoredEvent(
                ids.next(), event.topic(), event.aggregateId(), event.type(), event.payload(), headers, clock.instant());
        var headerJson = HeaderJson.write(headers);
        requireSize(event, event.payload().length + headerJson.length());
        switch (appending) {
            case TABLE -> insert(stored, headerJson);
            case MESSAGE -> emit(stored);
        }
        wakeTheRelayAfterCommit();
        return stored.id();
    }

    private void insert(StoredEvent event, String headers) {
        jdbc.sql(APPEND)
                .param("id", event.id())
                .param("topic", event.topic())
                .param("aggregateId", event.aggregateId())
                .param("type", event.type())
                .param("payload", event.payload())
                .param("headers", headers)
                .param("occurredAt", event.occurredAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    private void emit(StoredEvent event) {
        jdbc.sql(EMIT)
                .param("prefix", EventBytes.PREFIX)
                .param("content", EventBytes.write(event))
                .query(String.class)
                .single();
    }

    private void requireTransaction() {
        if (!TransactionSynchronizationManager.isActualTransactionActive()
                || !TransactionSynchronizationManager.hasResource(dataSource)) {
            throw new IllegalTransactionStateException(
                    "an event can only be appended inside a transaction on the outbox's own database, found none");
        }
    }

    private void requireSize(OutgoingEvent event, int bytes) {
        if (bytes > maxEventBytes) {
            throw new IllegalArgumentException("%s with its headers must be at most %d bytes (meridian.outbox.max-event), was %d"
                    .formatted(event.type(), maxEventBytes, bytes));
        }
    }

    private Map<String, String> headers() {
        var headers = new LinkedHashMap<String, String>();
        headerSources.forEach(source -> headers.putAll(source.headers()));
        headers.keySet().removeIf(name -> name.startsWith("ce_"));
        return headers;
    }

    private void wakeTheRelayAfterCommit() {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    afterCommit.run();
                }
            });
        }
    }
}
