package io.meridian.inventory.store;

import io.meridian.inventory.holding.HoldPages;
import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.PricedLine;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Holds along the primary key; a page is read from where the last one ended, so that late pages cost no more than the first. */
public final class JdbcHoldPages implements HoldPages {

    private static final String AFTER =
            """
            WITH page AS (
                SELECT order_id, status, expires_at
                FROM holds
                WHERE order_id > :after AND status <> 'CLOSED'
                ORDER BY order_id
                LIMIT :limit
            )
            SELECT p.order_id, p.status, p.expires_at, l.sku, l.quantity, l.unit_price, l.currency
            FROM page p
            LEFT JOIN hold_lines l ON l.order_id = p.order_id
            ORDER BY p.order_id, l.sku
            """;

    private static final UUID LOWEST = new UUID(0, 0);

    private final JdbcClient jdbc;

    public JdbcHoldPages(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<Hold> after(@Nullable OrderId after, int limit) {
        return jdbc.sql(AFTER)
                .param("after", after == null ? LOWEST : after.value())
                .param("limit", limit)
                .query(JdbcHoldPages::holds);
    }

    /** A hold is as many rows as it has lines. */
    private static List<Hold> holds(ResultSet rows) throws SQLException {
        var holds = new ArrayList<Hold>();
        var more = rows.next();
        while (more) {
            var order = rows.getObject("order_id", UUID.class);
            var status = HoldStatus.valueOf(rows.getString("status"));
            var expiresAt = rows.getObject("expires_at", OffsetDateTime.class);
            var lines = new ArrayList<PricedLine>();
            do {
                if (rows.getString("sku") != null) {
                    lines.add(Rows.pricedLine(rows));
                }
                more = rows.next();
            } while (more && order.equals(rows.getObject("order_id", UUID.class)));
            holds.add(Hold.of(new OrderId(order), status, lines, expiresAt == null ? null : expiresAt.toInstant()));
        }
        return holds;
    }
}
