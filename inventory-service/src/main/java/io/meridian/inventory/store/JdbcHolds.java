package io.meridian.inventory.store;

import static java.util.Objects.requireNonNull;

import io.meridian.inventory.holding.Holds;
import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Place;
import io.meridian.inventory.model.PricedLine;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The ledger in PostgreSQL.
 *
 * <p>Each change is one statement: outside a transaction it is one round trip, and the row of a product that everybody wants is
 * locked for no longer than the statement and its commit take, whatever the network does. A statement locks the order's epoch first (if
 * somebody asked, and it is no event), then the hold it ends, and then the stock rows by SKU, ascending; so no two wait for each
 * other. Within a statement the parts run in the order in which they read one another: lock, judge, write the hold, move the pieces.
 *
 * <p>Isolation is READ COMMITTED, where a locked row is read as its last writer left it, but a row to be updated is first read
 * as it was when the statement began, and judged by the CHECKs of its table before PostgreSQL notices that it is
 * late. So all new values are reckoned from what was locked, and a CHECK that fails is a fault.
 */
public final class JdbcHolds implements Holds {

    /** Whoever comes later waits here, and sees what whoever came before has left. */
    private static final String ADMIT =
            """
            INSERT INTO order_epochs AS known (order_id, epoch)
            VALUES (CAST(:order AS UUID), CAST(:epoch AS BIGINT))
            ON CONFLICT (order_id) DO UPDATE SET epoch = excluded.epoch WHERE known.epoch <= excluded.epoch
            """;

    private static final String ADMITTED = "admitted AS (" + ADMIT + "RETURNING order_id)";

    private static final String TAKE = "WITH " + ADMITTED + """
            , wanted AS (
                SELECT sku, quantity
                FROM unnest(CAST(:skus AS TEXT[]), CAST(:quantities AS INTEGER[])) AS line (sku, quantity)
            ), locked AS (
                SELECT s.sku, w.quantity, p.name, p.unit_price, p.currency, s.on_hand, s.held, s.sold, s.version
                FROM wanted w
                JOIN stock s ON s.sku = w.sku
                JOIN products p ON p.sku = w.sku
                WHERE EXISTS (SELECT FROM admitted)
                ORDER BY s.sku
                FOR UPDATE OF s
            ), hold AS (
                INSERT INTO holds (order_id, status, expires_at, created_at, updated_at)
                SELECT CAST(:order AS UUID), 'HELD', CAST(:expiresAt AS TIMESTAMPTZ), CAST(:now AS TIMESTAMPTZ), CAST(:now AS TIMESTAMPTZ)
                WHERE (SELECT count(*) FROM locked WHERE on_hand >= quantity) = (SELECT count(*) FROM wanted)
                ON CONFLICT (order_id) DO NOTHING
                RETURNING order_id
            ), line AS (
                INSERT INTO hold_lines (order_id, sku, quantity, unit_price, currency)
                SELECT h.order_id, l.sku, l.quantity, l.unit_price, l.currency
                FROM hold h
                CROSS JOIN locked l
            ), moved AS (
                UPDATE stock s
                SET on_hand = l.on_hand - l.quantity, held = l.held + l.quantity, sold = l.sold, version = l.version + 1
                FROM locked l
                WHERE s.sku = l.sku AND EXISTS (SELECT FROM hold)
                RETURNING s.sku, s.on_hand, s.held, s.sold, s.version
            )
            SELECT w.sku, w.quantity, l.name, l.unit_price, l.currency,
                   coalesce(l.on_hand >= w.quantity, FALSE) AS enough, EXISTS (SELECT FROM admitted) AS admitted,
                   m.on_hand, m.held, m.sold, m.version
            FROM wanted w
            LEFT JOIN locked l ON l.sku = w.sku
            LEFT JOIN moved m ON m.sku = w.sku
            ORDER BY w.sku
            """;

    private static final String MOVE = moving("WITH ", "");

    /** A move that somebody asks for who may have been overtaken. */
    private static final String MOVE_FOR = moving("WITH " + ADMITTED + ", ", " AND EXISTS (SELECT FROM admitted)");

    /** @param condition on the hold, beside its status */
    private static String moving(String with, String condition) {
        return with
                + """
                hold AS (
                    SELECT order_id
                    FROM holds
                    WHERE order_id = :order AND status = ANY (CAST(:from AS TEXT[]))"""
                + condition
                + """

                    FOR UPDATE
                ), locked AS (
                    SELECT s.sku, l.quantity, p.name, p.unit_price, p.currency, s.version,
                           s.on_hand + CAST(:onHand AS INTEGER) * l.quantity AS on_hand,
                           s.held + CAST(:held AS INTEGER) * l.quantity AS held,
                           s.sold + CAST(:sold AS INTEGER) * l.quantity AS sold
                    FROM hold h
                    JOIN hold_lines l ON l.order_id = h.order_id
                    JOIN stock s ON s.sku = l.sku
                    JOIN products p ON p.sku = l.sku
                    ORDER BY s.sku
                    FOR UPDATE OF s
                ), ended AS (
                    UPDATE holds
                    SET status = :to, updated_at = CAST(:now AS TIMESTAMPTZ)
                    WHERE order_id = (SELECT order_id FROM hold) AND (SELECT min(least(on_hand, held, sold)) FROM locked) >= 0
                    RETURNING order_id
                ), moved AS (
                    UPDATE stock s
                    SET on_hand = l.on_hand, held = l.held, sold = l.sold, version = l.version + 1
                    FROM locked l
                    WHERE s.sku = l.sku AND EXISTS (SELECT FROM ended)
                    RETURNING s.sku, s.on_hand, s.held, s.sold, s.version
                )
                SELECT l.sku, l.quantity, l.name, l.unit_price, l.currency, least(l.on_hand, l.held, l.sold) >= 0 AS enough,
                       m.on_hand, m.held, m.sold, m.version
                FROM locked l
                LEFT JOIN moved m ON m.sku = l.sku
                ORDER BY l.sku
                """;
    }

    private static final String FIND =
            """
            SELECT h.status, h.expires_at, l.sku, l.quantity, l.unit_price, l.currency
            FROM holds h
            LEFT JOIN hold_lines l ON l.order_id = h.order_id
            WHERE h.order_id = :order
            ORDER BY l.sku
            """;

    private static final String CLOSE =
            """
            INSERT INTO holds (order_id, status, created_at, updated_at)
            VALUES (:order, 'CLOSED', :now, :now)
            ON CONFLICT (order_id) DO NOTHING
            """;

    private static final String CLOSE_FOR = "WITH " + ADMITTED + """

            INSERT INTO holds (order_id, status, created_at, updated_at)
            SELECT order_id, 'CLOSED', CAST(:now AS TIMESTAMPTZ), CAST(:now AS TIMESTAMPTZ) FROM admitted
            ON CONFLICT (order_id) DO NOTHING
            """;

    private static final String OVERDUE =
            """
            SELECT order_id
            FROM holds
            WHERE status = 'HELD' AND expires_at <= :now
            ORDER BY expires_at
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """;

    private final JdbcClient jdbc;
    private final Consumer<Product> changes;

    /** @param changes told the new state of every product whose stock changed, after the commit; must return at once */
    public JdbcHolds(JdbcClient jdbc, Consumer<Product> changes) {
        this.jdbc = jdbc;
        this.changes = changes;
    }

    @Override
    public Taking take(OrderId order, long epoch, List<Line> lines, Instant now, Instant expiresAt) {
        var asked = jdbc.sql(TAKE)
                .param("skus", lines.stream().map(line -> line.sku().value()).toArray(String[]::new))
                .param("quantities", lines.stream().map(Line::quantity).toArray(Integer[]::new))
                .param("order", order.value())
                .param("epoch", epoch)
                .param("now", utc(now))
                .param("expiresAt", utc(expiresAt))
                .query(Asked::of)
                .list();
        if (!asked.getFirst().admitted()) {
            return new Taking.Overtaken();
        }
        var rows = asked.stream().map(Asked::row).toList();
        var unknown = skus(rows, row -> row.priced() == null);
        if (!unknown.isEmpty()) {
            return new Taking.Unknown(unknown);
        }
        var shortOf = skus(rows, row -> !row.enough());
        if (!shortOf.isEmpty()) {
            return new Taking.Short(shortOf);
        }
        var priced = new ArrayList<PricedLine>();
        var changed = new ArrayList<Product>();
        for (var row : rows) {
            if (row.priced() == null || row.after() == null) {
                return new Taking.AlreadyKnown();
            }
            priced.add(row.priced());
            changed.add(row.after());
        }
        tell(changed);
        return new Taking.Taken(priced);
    }

    @Override
    public Releasing release(OrderId order, long epoch, Instant now) {
        return switch (moved(jdbc.sql(MOVE_FOR).param("epoch", epoch), order, Move.RELEASE, now)) {
            case Moving.Moved _ -> Releasing.RELEASED;
            // Nothing was there to be moved, or whoever asked may not: only now it matters which.
            case Moving.NotPossible _ -> admit(order, epoch) ? Releasing.NOTHING_HELD : Releasing.OVERTAKEN;
            case Moving.Short(var skus) ->
                throw new IllegalStateException("order " + order + " holds more than is held of " + skus);
        };
    }

    @Override
    public boolean close(OrderId order, long epoch, Instant now) {
        return jdbc.sql(CLOSE_FOR)
                        .param("order", order.value())
                        .param("epoch", epoch)
                        .param("now", utc(now))
                        .update()
                == 1;
    }

    @Override
    public boolean admit(OrderId order, long epoch) {
        return jdbc.sql(ADMIT).param("order", order.value()).param("epoch", epoch).update() == 1;
    }

    @Override
    public Moving move(OrderId order, Move move, Instant now) {
        return moved(jdbc.sql(MOVE), order, move, now);
    }

    private Moving moved(StatementSpec statement, OrderId order, Move move, Instant now) {
        var rows = statement
                .param("order", order.value())
                .param("from", move.from().stream().map(Enum::name).toArray(String[]::new))
                .param("to", move.to().name())
                .param("onHand", move.sign(Place.ON_HAND))
                .param("held", move.sign(Place.HELD))
                .param("sold", move.sign(Place.SOLD))
                .param("now", utc(now))
                .query(Row::of)
                .list();
        if (rows.isEmpty()) {
            return new Moving.NotPossible();
        }
        var shortOf = skus(rows, row -> !row.enough());
        if (!shortOf.isEmpty()) {
            return new Moving.Short(shortOf);
        }
        tell(rows.stream().map(row -> requireNonNull(row.after())).toList());
        return new Moving.Moved();
    }

    @Override
    public Optional<Hold> find(OrderId order) {
        return jdbc.sql(FIND).param("order", order.value()).query((ResultSet rows) -> {
            if (!rows.next()) {
                return Optional.<Hold>empty();
            }
            var status = HoldStatus.valueOf(rows.getString("status"));
            var expiresAt = rows.getObject("expires_at", OffsetDateTime.class);
            var lines = new ArrayList<PricedLine>();
            do {
                if (rows.getString("sku") != null) {
                    lines.add(Rows.pricedLine(rows));
                }
            } while (rows.next());
            return Optional.of(Hold.of(order, status, lines, expiresAt == null ? null : expiresAt.toInstant()));
        });
    }

    @Override
    public boolean close(OrderId order, Instant now) {
        return jdbc.sql(CLOSE).param("order", order.value()).param("now", utc(now)).update() == 1;
    }

    @Override
    public List<OrderId> overdue(Instant now, int limit) {
        return jdbc.sql(OVERDUE)
                .param("now", utc(now))
                .param("limit", limit)
                .query((row, _) -> new OrderId(row.getObject("order_id", UUID.class)))
                .list();
    }

    /** A change that is rolled back was none. */
    private void tell(List<Product> changed) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            changed.forEach(changes);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                changed.forEach(changes);
            }
        });
    }

    private static List<Sku> skus(List<Row> rows, Predicate<Row> which) {
        return rows.stream().filter(which).map(Row::sku).toList();
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }

    /**
     * What a statement tells about one line.
     *
     * @param priced the line with its price; null if the product is not in the catalogue
     * @param after the product after the change; null if nothing was changed
     */
    private record Row(Sku sku, @Nullable PricedLine priced, boolean enough, @Nullable Product after) {

        static Row of(ResultSet row, int number) throws SQLException {
            var sku = new Sku(row.getString("sku"));
            var priced = row.getString("name") == null ? null : Rows.pricedLine(row);
            row.getLong("version");
            var after = row.wasNull() ? null : Rows.product(row);
            return new Row(sku, priced, row.getBoolean("enough"), after);
        }
    }

    /** A line that was asked for, and whether whoever asked may. */
    private record Asked(Row row, boolean admitted) {

        static Asked of(ResultSet row, int number) throws SQLException {
            return new Asked(Row.of(row, number), row.getBoolean("admitted"));
        }
    }
}
