package io.meridian.order.store;

import io.meridian.order.model.CustomerId;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Step;
import io.meridian.order.viewing.OrderLog;
import io.meridian.order.viewing.OrderView;
import io.meridian.order.viewing.Update;
import io.meridian.order.viewing.Views;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads orders and their logs, each in one statement. */
public final class JdbcViews implements Views, OrderLog {

    private static final String SELECT =
            "SELECT " + Rows.COLUMNS + "FROM orders o JOIN order_status s ON s.order_id = o.id " + Rows.LINES;

    private static final String LOG = """
            SELECT sequence, step, reason, at
            FROM order_transitions
            WHERE order_id = :id AND sequence > :after
            ORDER BY sequence
            """;

    private final JdbcClient jdbc;

    public JdbcViews(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Optional<OrderView> find(OrderId id) {
        return Faults.translated(() -> jdbc.sql(SELECT + "WHERE o.id = :id")
                .param("id", id.value())
                .query((row, _) -> OrderView.of(Rows.order(row)))
                .optional());
    }

    @Override
    public Page page(@Nullable CustomerId customer, int limit, @Nullable OrderId after) {
        var query = SELECT
                + "WHERE TRUE"
                + (customer == null ? "" : " AND o.customer_id = :customer")
                + (after == null ? "" : " AND o.id < :after")
                + " ORDER BY o.id DESC LIMIT :most";
        var found = Faults.translated(() -> {
            var statement = jdbc.sql(query).param("most", limit + 1);
            if (customer != null) {
                statement = statement.param("customer", customer.value());
            }
            if (after != null) {
                statement = statement.param("after", after.value());
            }
            return statement.query((row, _) -> OrderView.of(Rows.order(row))).list();
        });
        return found.size() <= limit
                ? new Page(found, null)
                : new Page(found.subList(0, limit), found.get(limit - 1).id());
    }

    @Override
    public List<Update> after(OrderId id, long sequence) {
        return Faults.translated(() -> jdbc.sql(LOG)
                .param("id", id.value())
                .param("after", sequence)
                .query((row, _) -> new Update(
                        row.getLong("sequence"),
                        Step.valueOf(row.getString("step")),
                        row.getString("reason"),
                        Rows.instant(row, "at")))
                .list());
    }
}
