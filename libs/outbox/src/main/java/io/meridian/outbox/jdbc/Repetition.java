package io.meridian.outbox.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Asks for what the table holds to be published again, from an event or a time on.
 *
 * <p>The question is itself committed to the write-ahead log, as a logical message: whichever instance relays finds it there, in its
 * place among the events, and confirms it only after the last repetition has been acknowledged. So it survives every crash, and needs
 * nobody to be awake now. Repeated events carry the ids they always had: receivers that use an {@link Inbox} and remember as long as
 * the outbox does see duplicates and nothing else. They come in the order of appending, between what is new.
 */
public final class Repetition {

    /** The prefix of the messages that ask; their content is the id of the first event as text. */
    public static final String PREFIX = "meridian.outbox.repeat";

    private static final String ASK = "SELECT pg_logical_emit_message(true, :prefix, :from)::TEXT";

    private static final String COUNT = "SELECT count(*) FROM outbox_events WHERE id >= :from";

    private static final String FIND = "SELECT EXISTS (SELECT FROM outbox_events WHERE id = :id)";

    private final JdbcClient jdbc;

    /** Repetitions of the outbox in the database of {@code jdbc}. */
    public Repetition(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Asks for everything appended at {@code time} or later.
     *
     * @return how many events that is now
     */
    public long since(Instant time) {
        return ask(EventIds.lowestAt(time));
    }

    /**
     * Asks for that event and everything appended after it.
     *
     * @return how many events that is now; empty, and nothing is asked, if the table does not hold this event
     */
    public Optional<Long> from(UUID event) {
        boolean known = jdbc.sql(FIND).param("id", event).query(Boolean.class).single();
        return known ? Optional.of(ask(event)) : Optional.empty();
    }

    private long ask(UUID from) {
        long events = jdbc.sql(COUNT).param("from", from).query(Long.class).single();
        jdbc.sql(ASK)
                .param("prefix", PREFIX)
                .param("from", from.toString().getBytes(UTF_8))
                .query(String.class)
                .single();
        return events;
    }
}
