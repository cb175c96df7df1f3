package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Heard;
import io.meridian.local.oracle.Evidence.Hold;
import io.meridian.local.oracle.Evidence.HoldStatus;
import io.meridian.local.oracle.Evidence.Line;
import io.meridian.local.oracle.Evidence.Money;
import io.meridian.local.oracle.Evidence.Movement;
import io.meridian.local.oracle.Evidence.MovementKind;
import io.meridian.local.oracle.Evidence.Operation;
import io.meridian.local.oracle.Evidence.Order;
import io.meridian.local.oracle.Evidence.OrderStatus;
import io.meridian.local.oracle.Evidence.Payment;
import io.meridian.local.oracle.Evidence.PaymentStatus;
import io.meridian.local.oracle.Evidence.Product;
import io.meridian.local.oracle.Evidence.Said;
import io.meridian.local.oracle.Evidence.Stock;
import io.meridian.local.oracle.Evidence.Write;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** The three databases, each read in one transaction that sees one moment and writes nothing. */
final class Tables {

    private static final String ORDERS = """
            SELECT o.id, s.status, s.version, s.epoch, s.steps, l.total, l.currency, l.skus, l.quantities, t.steps AS log, t.numbers
            FROM orders o
            JOIN order_status s ON s.order_id = o.id
            CROSS JOIN LATERAL (
                SELECT sum(unit_price * quantity) AS total, min(currency) AS currency,
                       array_agg(sku) AS skus, array_agg(quantity::BIGINT) AS quantities
                FROM order_lines WHERE order_id = o.id) l
            CROSS JOIN LATERAL (
                SELECT array_agg(step ORDER BY sequence) AS steps, array_agg(sequence ORDER BY sequence) AS numbers
                FROM order_transitions WHERE order_id = o.id) t
            """;

    private static final String PRODUCTS = "SELECT sku, initial, on_hand, held, sold FROM stock";

    private static final String HOLDS = """
            SELECT h.order_id, h.status, l.skus, l.quantities
            FROM holds h
            CROSS JOIN LATERAL (
                SELECT array_agg(sku) AS skus, array_agg(quantity::BIGINT) AS quantities
                FROM hold_lines WHERE order_id = h.order_id) l
            """;

    private static final String PAYMENTS = "SELECT order_id, status, amount, currency FROM payments";

    private static final String JOURNAL = "SELECT order_id, operation, outcome FROM payment_log";

    /** The provider knows nothing of orders; by the key under which it was asked, payment's journal does. */
    private static final String MOVEMENTS = """
            SELECT l.order_id, m.reference, m.kind, m.amount, coalesce(a.currency, '?') AS currency
            FROM provider.movements m
            LEFT JOIN provider.authorisations a ON a.reference = m.reference
            LEFT JOIN payment_log l ON l.idempotency_key = a.idempotency_key
            ORDER BY m.id
            """;

    private static final String OUTBOX = "SELECT id, sequence, topic, aggregate_id, type, occurred_at FROM outbox_events";

    private static final String INBOX = "SELECT consumer, event_id FROM inbox_events";

    private static final String KEEPS_EPOCHS = """
            SELECT EXISTS (SELECT FROM information_schema.columns
                           WHERE table_schema = 'public' AND table_name = ? AND column_name = 'epoch')
            """;

    private static final String INVENTORY_EPOCHS = "SELECT order_id, epoch FROM order_epochs";

    private static final String PAYMENT_EPOCHS = "SELECT order_id, epoch FROM payments";

    private static final int ROWS_AT_ONCE = 2_000;

    private final Sources sources;

    Tables(Sources sources) {
        this.sources = sources;
    }

    List<Order> orders(List<Said> said, List<Heard> heard) throws SQLException {
        try (var database = open("orders")) {
            var orders = rows(database, ORDERS, Tables::order);
            events(database, "order-service", said, heard);
            return orders;
        }
    }

    Stock inventory(List<Said> said, List<Heard> heard, List<Write> epochs) throws SQLException {
        try (var database = open("inventory")) {
            epochs(database, "order_epochs", INVENTORY_EPOCHS, "inventory", epochs);
            var stock = new Stock(rows(database, PRODUCTS, Tables::product), rows(database, HOLDS, Tables::hold));
            events(database, "inventory-service", said, heard);
            return stock;
        }
    }

    /** Without the simulated provider's schema there is no ledger to read, and this fails. */
    Money payments(List<Said> said, List<Heard> heard, List<Write> epochs) throws SQLException {
        try (var database = open("payments")) {
            epochs(database, "payments", PAYMENT_EPOCHS, "payment", epochs);
            var money = new Money(
                    rows(database, PAYMENTS, Tables::payment),
                    rows(database, JOURNAL, Tables::operation),
                    rows(database, MOVEMENTS, Tables::movement));
            events(database, "payment-service", said, heard);
            return money;
        }
    }

    /** The newest epoch that each resource has seen; none where a resource of an earlier version keeps none. */
    private static void epochs(Connection database, String table, String sql, String resource, List<Write> epochs)
            throws SQLException {
        try (var question = database.prepareStatement(KEEPS_EPOCHS)) {
            question.setString(1, table);
            try (var answer = question.executeQuery()) {
                answer.next();
                if (!answer.getBoolean(1)) {
                    return;
                }
            }
        }
        epochs.addAll(rows(
                database, sql, row -> new Write(row.getObject("order_id", UUID.class), resource, row.getLong("epoch"))));
    }

    private static void events(Connection database, String service, List<Said> said, List<Heard> heard)
            throws SQLException {
        var words = new Words();
        said.addAll(rows(database, OUTBOX, row -> new Said(
                service,
                row.getObject("id", UUID.class),
                row.getLong("sequence"),
                words.same(row.getString("topic")),
                row.getString("aggregate_id"),
                words.same(row.getString("type")),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant())));
        heard.addAll(rows(database, INBOX, row -> new Heard(words.same(row.getString(1)), row.getString(2))));
    }

    private static Order order(ResultSet row) throws SQLException {
        var total = row.getLong("total");
        var priced = !row.wasNull();
        List<String> log = array(row.getArray("log"));
        List<Integer> numbers = array(row.getArray("numbers"));
        return new Order(
                row.getObject("id", UUID.class),
                OrderStatus.valueOf(row.getString("status")),
                row.getLong("version"),
                row.getLong("epoch"),
                priced ? total : null,
                priced ? row.getString("currency") : null,
                lines(row),
                log,
                log.size() == row.getInt("steps") && isCounting(numbers));
    }

    private static boolean isCounting(List<Integer> numbers) {
        for (var i = 0; i < numbers.size(); i++) {
            if (numbers.get(i) != i + 1) {
                return false;
            }
        }
        return true;
    }

    private static Product product(ResultSet row) throws SQLException {
        return new Product(
                row.getString("sku"),
                row.getLong("initial"),
                row.getLong("on_hand"),
                row.getLong("held"),
                row.getLong("sold"));
    }

    private static Hold hold(ResultSet row) throws SQLException {
        return new Hold(
                row.getObject("order_id", UUID.class), HoldStatus.valueOf(row.getString("status")), lines(row));
    }

    private static Payment payment(ResultSet row) throws SQLException {
        var amount = row.getLong("amount");
        return new Payment(
                row.getObject("order_id", UUID.class),
                PaymentStatus.valueOf(row.getString("status")),
                row.wasNull() ? null : amount,
                row.getString("currency"));
    }

    private static Operation operation(ResultSet row) throws SQLException {
        return new Operation(row.getObject("order_id", UUID.class), row.getString("operation"), row.getString("outcome"));
    }

    private static Movement movement(ResultSet row) throws SQLException {
        return new Movement(
                row.getObject("order_id", UUID.class),
                row.getString("reference"),
                MovementKind.valueOf(row.getString("kind")),
                row.getLong("amount"),
                row.getString("currency"));
    }

    private static List<Line> lines(ResultSet row) throws SQLException {
        List<String> skus = array(row.getArray("skus"));
        List<Long> quantities = array(row.getArray("quantities"));
        var lines = new ArrayList<Line>(skus.size());
        for (var i = 0; i < skus.size(); i++) {
            lines.add(new Line(skus.get(i), quantities.get(i)));
        }
        return lines;
    }

    @SuppressWarnings("unchecked") // the statement says what the array is of
    private static <T> List<T> array(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((T[]) array.getArray());
    }

    private static <T> List<T> rows(Connection database, String sql, Row<T> row) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.setFetchSize(ROWS_AT_ONCE);
            try (var found = statement.executeQuery(sql)) {
                var rows = new ArrayList<T>();
                while (found.next()) {
                    rows.add(row.of(found));
                }
                return rows;
            }
        }
    }

    private Connection open(String database) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", database);
        properties.setProperty("password", sources.password());
        properties.setProperty("ApplicationName", "meridian verify");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "60");
        var connection = new Driver().connect(sources.jdbc(database), properties);
        if (connection == null) {
            throw new SQLException("the driver does not know " + sources.jdbc(database));
        }
        try {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @FunctionalInterface
    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    /** Keeps one copy of a word that comes again and again. */
    static final class Words {

        private final Map<String, String> known = new HashMap<>();

        String same(String word) {
            return known.computeIfAbsent(word, it -> it);
        }
    }
}
