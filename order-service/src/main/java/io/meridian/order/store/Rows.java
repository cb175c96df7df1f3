package io.meridian.order.store;

import io.meridian.order.model.Cancellation;
import io.meridian.order.model.CustomerId;
import io.meridian.order.model.Line;
import io.meridian.order.model.Money;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Placement;
import io.meridian.order.model.PricedLine;
import io.meridian.order.model.Pricing;
import io.meridian.order.model.Rejection;
import io.meridian.order.model.Sku;
import io.meridian.order.model.Status;
import io.meridian.order.placing.Entry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How an order stands in its rows: one row of {@link #COLUMNS} is one order with its lines. */
final class Rows {

    static final String COLUMNS = """
            o.id, o.customer_id, o.created_at,
            s.status, s.version, s.epoch, s.reason, s.skus AS refused, s.held_until, s.confirmed_at, s.updated_at,
            l.skus, l.quantities, l.prices, l.currency
            """;

    /** To be joined to {@code orders o}. */
    static final String LINES = """
            CROSS JOIN LATERAL (
                SELECT array_agg(sku ORDER BY position) AS skus,
                       array_agg(quantity ORDER BY position) AS quantities,
                       array_agg(unit_price ORDER BY position) AS prices,
                       min(currency) AS currency
                FROM order_lines
                WHERE order_id = o.id) l
            """;

    private Rows() {}

    static Entry entry(ResultSet row, int number) throws SQLException {
        return new Entry(order(row), row.getLong("version"), row.getLong("epoch"));
    }

    static Order order(ResultSet row) throws SQLException {
        var placement = placement(row);
        var pricing = pricing(row);
        var updatedAt = instant(row, "updated_at");
        return switch (Status.valueOf(row.getString("status"))) {
            case PENDING ->
                pricing == null
                        ? new Order.Placed(placement)
                        : new Order.Reserved(placement, pricing, updatedAt);
            case CONFIRMED -> new Order.Confirmed(placement, required(pricing, placement), updatedAt);
            case REJECTED ->
                new Order.Rejected(
                        placement, pricing, Rejection.of(row.getString("reason")), refused(row), updatedAt);
            case CANCELLED ->
                new Order.Cancelled(
                        placement,
                        pricing,
                        Cancellation.of(row.getString("reason")),
                        instantOrNull(row, "confirmed_at"),
                        updatedAt);
        };
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static Placement placement(ResultSet row) throws SQLException {
        var skus = (String[]) row.getArray("skus").getArray();
        var quantities = (Integer[]) row.getArray("quantities").getArray();
        var lines = new ArrayList<Line>(skus.length);
        for (var i = 0; i < skus.length; i++) {
            lines.add(new Line(new Sku(skus[i]), quantities[i]));
        }
        return new Placement(
                new OrderId(row.getObject("id", UUID.class)),
                new CustomerId(row.getString("customer_id")),
                lines,
                instant(row, "created_at"));
    }

    private static @Nullable Pricing pricing(ResultSet row) throws SQLException {
        var heldUntil = instantOrNull(row, "held_until");
        if (heldUntil == null) {
            return null;
        }
        var skus = (String[]) row.getArray("skus").getArray();
        var quantities = (Integer[]) row.getArray("quantities").getArray();
        var prices = (Long[]) row.getArray("prices").getArray();
        var currency = row.getString("currency");
        var lines = new ArrayList<PricedLine>(skus.length);
        for (var i = 0; i < skus.length; i++) {
            lines.add(new PricedLine(new Sku(skus[i]), quantities[i], new Money(prices[i], currency)));
        }
        return new Pricing(lines, heldUntil);
    }

    private static List<Sku> refused(ResultSet row) throws SQLException {
        var refused = row.getArray("refused");
        return refused == null
                ? List.of()
                : List.of((String[]) refused.getArray()).stream().map(Sku::new).toList();
    }

    private static Pricing required(@Nullable Pricing pricing, Placement placement) {
        if (pricing == null) {
            throw new IllegalStateException("order " + placement.id() + " is confirmed without prices");
        }
        return pricing;
    }
}
