package io.meridian.order.store;

import io.meridian.order.model.CardToken;
import io.meridian.order.settling.Unfinished;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Unfinished orders by the clock of the database, so that no instance's own clock takes an order too early or too late. */
public final class JdbcUnfinished implements Unfinished {

    private static final String LEASE = """
            WITH due AS (
                SELECT order_id
                FROM order_status
                WHERE status = 'PENDING' AND next_attempt_at <= now() AND (lease_until IS NULL OR lease_until <= now())
                ORDER BY next_attempt_at
                LIMIT :most
                FOR UPDATE SKIP LOCKED
            ), s AS (
                UPDATE order_status s
                SET epoch = epoch + 1, attempts = attempts + 1, lease_until = now() + CAST(:term AS INTERVAL)
                FROM due
                WHERE s.order_id = due.order_id
                RETURNING s.*
            )
            SELECT s.payment_token, s.attempts, EXTRACT(EPOCH FROM now() - o.journalled_at) * 1000 AS age_millis,
            """ + Rows.COLUMNS + "FROM s JOIN orders o ON o.id = s.order_id " + Rows.LINES;

    private static final String DEFER = """
            UPDATE order_status
            SET lease_until = NULL, next_attempt_at = now() + CAST(:pause AS INTERVAL), last_failure = :why
            WHERE order_id = :id AND status = 'PENDING' AND epoch = :epoch
            """;

    private static final int LONGEST_REASON = 300;

    private final JdbcClient jdbc;

    public JdbcUnfinished(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<Leased> lease(int most, Duration term) {
        return Faults.translated(() -> jdbc.sql(LEASE)
                .param("most", most)
                .param("term", term.toString())
                .query((row, number) -> new Leased(
                        Rows.entry(row, number),
                        new CardToken(row.getString("payment_token")),
                        row.getInt("attempts"),
                        Duration.ofMillis(Math.max(0, row.getLong("age_millis")))))
                .list());
    }

    /** A reason comes from anywhere; as much of it as helps. */
    private static String shown(String why) {
        var line = why.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON - 1) + "…";
    }

    @Override
    public void defer(Leased leased, Duration pause, String why) {
        Faults.translated(() -> jdbc.sql(DEFER)
                .param("id", leased.entry().order().id().value())
                .param("epoch", leased.entry().epoch())
                .param("pause", pause.toString())
                .param("why", shown(why))
                .update());
    }
}
