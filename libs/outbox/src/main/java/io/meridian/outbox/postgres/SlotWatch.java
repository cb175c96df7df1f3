package io.meridian.outbox.postgres;

import static io.meridian.outbox.jdbc.EventIds.lowestAt;

import io.meridian.outbox.RelayLag;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The slot as PostgreSQL sees it: what the reader's own connection, should it be dead, could not tell, and what is true even if nobody
 * reads.
 *
 * <p>Each look leaves a heartbeat in the log, an empty logical message with its commit. It moves the slot of a database in which nothing
 * happens while others write log, and it dates the log: what was committed before a heartbeat that is confirmed is published, so the
 * oldest one that is not tells how long something has been waiting. Of one thread.
 */
public final class SlotWatch {

    private static final String LOOK = """
            SELECT active,
                   coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::BIGINT AS lag_bytes,
                   coalesce(pg_wal_lsn_diff(confirmed_flush_lsn, '0/0'), 0)::BIGINT AS confirmed,
                   (SELECT CASE setting WHEN '-1' THEN -1 ELSE setting::BIGINT * 1048576 END
                    FROM pg_settings
                    WHERE name = 'max_slot_wal_keep_size') AS limit_bytes
            FROM pg_replication_slots
            WHERE slot_name = :slot
            """;

    private static final String BEAT = """
            SELECT pg_wal_lsn_diff(pg_logical_emit_message(true, 'meridian.outbox.beat', ''), '0/0')::BIGINT
            """;

    private static final String PENDING = """
            SELECT count(*) AS pending, min(occurred_at) AS oldest
            FROM (SELECT occurred_at FROM outbox_events WHERE id > :after ORDER BY id LIMIT 100000) AS waiting
            """;

    /** At one beat in five seconds, 80 minutes; only the first of those that wait tells anything. */
    private static final int REMEMBERED_BEATS = 1_000;

    private record Beat(long position, long nanos, Instant at) {}

    private record Slot(boolean active, long lagBytes, long confirmed, long limitBytes) {}

    private record Pending(long count, Duration oldest) {}

    /**
     * What was seen.
     *
     * @param active whether anybody reads from it
     * @param lag how far publishing is behind
     */
    public record Sight(boolean active, RelayLag lag) {}

    private final JdbcClient jdbc;
    private final String slot;
    private final LongSupplier nanoClock;
    private final InstantSource clock;
    private final Deque<Beat> beats = new ArrayDeque<>();
    private Instant publishedUntil;

    /** A watch of that slot, in the database of {@code jdbc}. */
    public SlotWatch(JdbcClient jdbc, String slot, LongSupplier nanoClock, InstantSource clock) {
        this.jdbc = jdbc;
        this.slot = slot;
        this.nanoClock = nanoClock;
        this.clock = clock;
        this.publishedUntil = clock.instant();
    }

    /**
     * Looks now, and leaves a heartbeat; empty, and none is left, if there is no such slot.
     *
     * @param newestPublished the newest event known to be published; null if none is
     */
    public Optional<Sight> look(@Nullable UUID newestPublished) {
        var seen = jdbc.sql(LOOK)
                .param("slot", slot)
                .query((row, _) -> new Slot(
                        row.getBoolean("active"),
                        row.getLong("lag_bytes"),
                        row.getLong("confirmed"),
                        row.getLong("limit_bytes")))
                .optional();
        return seen.map(it -> {
            forgetConfirmed(it.confirmed);
            var age = beats.isEmpty() ? Duration.ZERO : Duration.ofNanos(nanoClock.getAsLong() - beats.getFirst().nanos);
            var pending = pending(newestPublished);
            beat();
            return new Sight(it.active, new RelayLag(it.lagBytes, it.limitBytes, age, pending.count, pending.oldest));
        });
    }

    private void forgetConfirmed(long confirmed) {
        while (!beats.isEmpty() && beats.getFirst().position <= confirmed) {
            publishedUntil = beats.removeFirst().at;
        }
    }

    private void beat() {
        if (beats.size() < REMEMBERED_BEATS) {
            var nanos = nanoClock.getAsLong();
            var at = clock.instant();
            beats.add(new Beat(jdbc.sql(BEAT).query(Long.class).single(), nanos, at));
        }
    }

    private Pending pending(@Nullable UUID newestPublished) {
        var dated = lowestAt(publishedUntil);
        var after = newestPublished == null || newestPublished.compareTo(dated) < 0 ? dated : newestPublished;
        return jdbc.sql(PENDING)
                .param("after", after)
                .query((row, _) -> new Pending(row.getLong("pending"), age(row.getObject("oldest", OffsetDateTime.class))))
                .single();
    }

    private Duration age(@Nullable OffsetDateTime oldest) {
        if (oldest == null) {
            return Duration.ZERO;
        }
        var age = Duration.between(oldest.toInstant(), clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }
}
