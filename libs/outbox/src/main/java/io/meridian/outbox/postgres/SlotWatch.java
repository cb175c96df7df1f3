package io.meridian.outbox.postgres;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The slot as PostgreSQL sees it: what the reader's own connection, should it be dead, could not tell. */
public final class SlotWatch {

    private static final String LOOK = """
            SELECT active, pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::BIGINT AS lag_bytes
            FROM pg_replication_slots
            WHERE slot_name = :slot
            """;

    /**
     * What was seen.
     *
     * @param active whether anybody reads from it
     * @param lagBytes log written since the confirmed position
     */
    public record Sight(boolean active, long lagBytes) {}

    private final JdbcClient jdbc;
    private final String slot;

    public SlotWatch(JdbcClient jdbc, String slot) {
        this.jdbc = jdbc;
        this.slot = slot;
    }

    /** Looks now; empty if there is no such slot. */
    public Optional<Sight> look() {
        return jdbc.sql(LOOK)
                .param("slot", slot)
                .query((row, _) -> new Sight(row.getBoolean("active"), row.getLong("lag_bytes")))
                .optional();
    }
}
