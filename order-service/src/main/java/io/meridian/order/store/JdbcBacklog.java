package io.meridian.order.store;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.settling.Backlog;
import io.meridian.order.settling.Unfinished.Leased;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Unfinished orders by the clock of the database, as {@link JdbcUnfinished} sees them; they are few, and have an index of their own. */
public final class JdbcBacklog implements Backlog {

    private static final String FIGURES = """
            SELECT count(*) AS unfinished,
                   count(*) FILTER (WHERE o.journalled_at <= now() - CAST(:stuckAfter AS INTERVAL)) AS stuck,
                   coalesce(EXTRACT(EPOCH FROM now() - min(o.journalled_at)) * 1000, 0) AS oldest_millis
            FROM order_status s
            JOIN orders o ON o.id = s.order_id
            WHERE s.status = 'PENDING'
            """;

    private static final String TELL = """
            SELECT s.payment_token, s.attempts, coalesce(s.last_failure, '') AS last_failure,
                   EXTRACT(EPOCH FROM now() - o.journalled_at) * 1000 AS age_millis,
                   coalesce(EXTRACT(EPOCH FROM s.lease_until - now()) * 1000, 0) AS leased_millis,
                   EXTRACT(EPOCH FROM s.next_attempt_at - now()) * 1000 AS due_millis,
            """ + Rows.COLUMNS;

    private static final String OPEN = TELL + """
            FROM order_status s
            JOIN orders o ON o.id = s.order_id
            """ + Rows.LINES + """
            WHERE s.status = 'PENDING' AND o.journalled_at <= now() - CAST(:age AS INTERVAL)
            ORDER BY o.journalled_at, o.id
            LIMIT :most
            """;

    private static final String BECAME_STUCK = """
            WITH old AS (
                SELECT s.order_id
                FROM order_status s
                JOIN orders o ON o.id = s.order_id
                WHERE s.status = 'PENDING' AND s.stuck_since IS NULL
                  AND o.journalled_at <= now() - CAST(:age AS INTERVAL)
                LIMIT :most
                FOR UPDATE OF s SKIP LOCKED
            ), s AS (
                UPDATE order_status s SET stuck_since = now() FROM old WHERE s.order_id = old.order_id RETURNING s.*
            )
            """ + TELL + "FROM s JOIN orders o ON o.id = s.order_id " + Rows.LINES;

    /** Whoever has a lease is at work, and so is who places an order that nobody has settled yet. */
    private static final String TAKE = """
            WITH s AS (
                UPDATE order_status
                SET epoch = epoch + 1, attempts = attempts + 1, lease_until = now() + CAST(:term AS INTERVAL)
                WHERE order_id = :id AND status = 'PENDING' AND (lease_until IS NULL OR lease_until <= now())
                  AND (attempts > 0 OR next_attempt_at <= now())
                RETURNING *
            )
            """ + TELL + "FROM s JOIN orders o ON o.id = s.order_id " + Rows.LINES;

    private static final String FIND =
            TELL + "FROM order_status s JOIN orders o ON o.id = s.order_id " + Rows.LINES + "WHERE o.id = :id";

    /** Of what became stuck at once; the next look takes the rest. */
    private static final int MOST_AT_ONCE = 100;

    private final JdbcClient jdbc;

    public JdbcBacklog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Figures figures(Duration stuckAfter) {
        return Faults.translated(() -> jdbc.sql(FIGURES)
                .param("stuckAfter", stuckAfter.toString())
                .query((row, _) -> new Figures(
                        row.getLong("unfinished"), row.getLong("stuck"), duration(row, "oldest_millis")))
                .single());
    }

    @Override
    public List<Open> open(Duration age, int most) {
        return Faults.translated(() -> jdbc.sql(OPEN)
                .param("age", age.toString())
                .param("most", most)
                .query(JdbcBacklog::told)
                .list());
    }

    @Override
    public List<Open> becameStuck(Duration age) {
        return Faults.translated(() -> jdbc.sql(BECAME_STUCK)
                .param("age", age.toString())
                .param("most", MOST_AT_ONCE)
                .query(JdbcBacklog::told)
                .list());
    }

    @Override
    public Taking take(OrderId id, Duration term) {
        return Faults.translated(() -> jdbc.sql(TAKE)
                .param("id", id.value())
                .param("term", term.toString())
                .query((row, number) -> new Leased(
                        Rows.entry(row, number),
                        new CardToken(row.getString("payment_token")),
                        row.getInt("attempts"),
                        duration(row, "age_millis")))
                .optional()
                .<Taking>map(Taking.Taken::new)
                .orElseGet(() -> notTaken(id)));
    }

    private Taking notTaken(OrderId id) {
        return jdbc.sql(FIND)
                .param("id", id.value())
                .query(JdbcBacklog::told)
                .optional()
                .map(JdbcBacklog::notTaken)
                .orElseGet(Taking.NoSuchOrder::new);
    }

    /** If nobody drives it any more, he has just put it down: it is worth asking again at once. */
    private static Taking notTaken(Open open) {
        if (open.order().state().hasEnded()) {
            return new Taking.HasEnded(open.order());
        }
        return new Taking.Busy(open.leasedFor().isPositive() || open.attempts() > 0 ? open.leasedFor() : open.dueIn());
    }

    private static Open told(ResultSet row, int number) throws SQLException {
        Order order = Rows.order(row);
        return new Open(
                order,
                row.getLong("epoch"),
                row.getInt("attempts"),
                duration(row, "age_millis"),
                duration(row, "leased_millis"),
                duration(row, "due_millis"),
                Objects.requireNonNull(row.getString("last_failure")));
    }

    private static Duration duration(ResultSet row, String column) throws SQLException {
        return Duration.ofMillis(Math.max(0, row.getLong(column)));
    }
}
