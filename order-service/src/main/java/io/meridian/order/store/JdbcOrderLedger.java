package io.meridian.order.store;

import io.meridian.order.model.Line;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.StoreUnavailable;
import io.meridian.order.reconciling.CannotLook;
import io.meridian.order.reconciling.Entry.Ordered;
import io.meridian.order.reconciling.Ledger;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Orders along the primary key, oldest first. */
public final class JdbcOrderLedger implements Ledger<Ordered> {

    private static final String AFTER = "SELECT " + Rows.COLUMNS + """
            FROM orders o
            JOIN order_status s ON s.order_id = o.id
            """ + Rows.LINES + """
            WHERE o.id > :after
            ORDER BY o.id
            LIMIT :limit
            """;

    private static final UUID LOWEST = new UUID(0, 0);

    private final JdbcClient jdbc;

    public JdbcOrderLedger(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<Ordered> after(@Nullable OrderId after, int limit) {
        try {
            return Faults.translated(() -> jdbc.sql(AFTER)
                    .param("after", after == null ? LOWEST : after.value())
                    .param("limit", limit)
                    .query((row, _) -> ordered(Rows.order(row)))
                    .list());
        } catch (StoreUnavailable | DataAccessException fault) {
            throw new CannotLook("the orders cannot be read: " + fault.getMessage(), fault);
        }
    }

    private static Ordered ordered(Order order) {
        var pricing = order.pricing();
        var lines = order.placement().lines().stream()
                .map(it -> new Line(it.sku(), it.quantity()))
                .toList();
        return new Ordered(order.id(), order.status(), pricing == null ? null : pricing.total(), lines);
    }
}
