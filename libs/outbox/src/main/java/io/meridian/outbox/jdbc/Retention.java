package io.meridian.outbox.jdbc;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.function.IntSupplier;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Forgets old events, a bounded number per statement, so that no transaction is long and no row is locked that others want.
 *
 * <p>What is forgotten from the outbox can no longer be published again should the replication slot be lost; what is forgotten from
 * the inbox would have an effect again if it came again, so the inbox remembers longer than topics keep events.
 */
public final class Retention {

    private static final String PRUNE_OUTBOX = """
            DELETE FROM outbox_events
            WHERE id IN (SELECT id FROM outbox_events WHERE id < :before ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED)
            """;

    private static final String PRUNE_INBOX = """
            DELETE FROM inbox_events
            WHERE (consumer, event_id) IN (
                SELECT consumer, event_id FROM inbox_events WHERE received_at < :before LIMIT :batch FOR UPDATE SKIP LOCKED)
            """;

    private static final String PRUNE_VERSIONS = """
            DELETE FROM inbox_versions
            WHERE (consumer, aggregate_id) IN (
                SELECT consumer, aggregate_id FROM inbox_versions WHERE seen_at < :before LIMIT :batch FOR UPDATE SKIP LOCKED)
            """;

    /** Bounds one run: at 1,000 rows each, 100 statements keep up with 160 events a second at one run in ten minutes. */
    private static final int STATEMENTS_PER_RUN = 100;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Duration outboxAge;
    private final Duration inboxAge;
    private final int batch;

    /**
     * A retention of the given ages.
     *
     * @param batch rows per statement
     */
    public Retention(JdbcClient jdbc, InstantSource clock, Duration outboxAge, Duration inboxAge, int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1 (meridian.outbox.retention.batch), was " + batch);
        }
        this.jdbc = jdbc;
        this.clock = clock;
        this.outboxAge = outboxAge;
        this.inboxAge = inboxAge;
        this.batch = batch;
    }

    /** Forgets what is too old now; what exceeds a run's bound is left to the next. Returns the number of forgotten rows. */
    public int prune() {
        var now = clock.instant();
        var outboxBefore = UuidV7.lowestAt(now.minus(outboxAge).toEpochMilli());
        var inboxBefore = now.minus(inboxAge).atOffset(ZoneOffset.UTC);
        return inBatches(() -> delete(PRUNE_OUTBOX, outboxBefore))
                + inBatches(() -> delete(PRUNE_INBOX, inboxBefore))
                + inBatches(() -> delete(PRUNE_VERSIONS, inboxBefore));
    }

    private int inBatches(IntSupplier statement) {
        int forgotten = 0;
        for (int i = 0; i < STATEMENTS_PER_RUN && !Thread.currentThread().isInterrupted(); i++) {
            int rows = statement.getAsInt();
            forgotten += rows;
            if (rows < batch) {
                break;
            }
        }
        return forgotten;
    }

    private int delete(String sql, Object before) {
        return jdbc.sql(sql).param("before", before).param("batch", batch).update();
    }
}
