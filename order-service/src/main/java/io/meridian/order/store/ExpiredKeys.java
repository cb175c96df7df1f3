package io.meridian.order.store;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Forgets idempotency keys when their time is over, so that their table stays as large as a day. */
public final class ExpiredKeys {

    private static final String FORGET = """
            DELETE FROM idempotency_keys
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM idempotency_keys WHERE claimed_at < now() - CAST(:kept AS INTERVAL) LIMIT :most))
            """;

    /** Keeps the delete short. */
    private static final int MOST_AT_ONCE = 5_000;

    private final JdbcClient jdbc;
    private final Duration kept;

    public ExpiredKeys(JdbcClient jdbc, Duration kept) {
        this.jdbc = jdbc;
        this.kept = kept;
    }

    /** Forgets all that are due; returns how many. */
    public int forget() {
        var forgotten = 0;
        int more;
        do {
            more = Faults.translated(() -> jdbc.sql(FORGET)
                    .param("kept", kept.toString())
                    .param("most", MOST_AT_ONCE)
                    .update());
            forgotten += more;
        } while (more == MOST_AT_ONCE);
        return forgotten;
    }
}
