package io.meridian.benchmarks.expiry;

import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks at PostgreSQL's activity view a hundred times a second for statements that are older than any request may be. A statement is
 * counted once, however often it is seen.
 */
final class Activity implements AutoCloseable {

    private static final long EVERY_MILLIS = 10;

    /** Each role sees its own sessions only. The walsender and our own connections are not of the services. */
    private static final String OLD = """
            SELECT pid, query_start, query, 1000 * EXTRACT(EPOCH FROM clock_timestamp() - query_start) AS age_ms
            FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = ? AND state = 'active'
              AND backend_type = 'client backend' AND clock_timestamp() - query_start > ? * INTERVAL '1 millisecond'
            """;

    private record Database(String name, String application) {}

    private static final List<Database> DATABASES = List.of(
            new Database("orders", "order-service"),
            new Database("inventory", "inventory-service"),
            new Database("payments", "payment-service"));

    private final Thread thread;
    private final AtomicLong looks = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private final AtomicLong veryLate = new AtomicLong();
    private final Set<String> statements = new ConcurrentSkipListSet<>();
    private volatile boolean over;

    /** @param mostMillis the longest budget that any request has */
    Activity(Addresses addresses, long mostMillis) {
        thread = Thread.ofPlatform().name("activity").start(() -> watch(addresses, mostMillis));
    }

    static Connection open(Addresses addresses, String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + addresses.address(Component.POSTGRES) + "/" + database
                        + "?ApplicationName=benchmark",
                database,
                "meridian");
    }

    /** How often all three databases were looked at. */
    long looks() {
        return looks.get();
    }

    /** Statements that were seen alive 50 ms and more after the longest budget. */
    long late() {
        return late.get();
    }

    /** Statements that were seen alive a second and more after the longest budget. */
    long veryLate() {
        return veryLate.get();
    }

    /** What those were, each once. */
    Set<String> statements() {
        return statements;
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        thread.join(10_000);
    }

    private void watch(Addresses addresses, long mostMillis) {
        var seen = new HashMap<String, Boolean>();
        try (var orders = open(addresses, "orders");
                var inventory = open(addresses, "inventory");
                var payments = open(addresses, "payments")) {
            var connections = List.of(orders, inventory, payments);
            while (!over) {
                for (var i = 0; i < connections.size(); i++) {
                    look(connections.get(i), DATABASES.get(i), mostMillis, seen);
                }
                looks.incrementAndGet();
                Thread.sleep(EVERY_MILLIS);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the activity view cannot be read", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(
            Connection connection, Database database, long mostMillis, Map<String, Boolean> seen)
            throws SQLException {
        try (var statement = connection.prepareStatement(OLD)) {
            statement.setString(1, database.application());
            statement.setLong(2, mostMillis + 50);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var key = database.name() + rows.getInt("pid") + rows.getString("query_start");
                    var isVeryLate = rows.getDouble("age_ms") > mostMillis + 1_000;
                    var before = seen.put(key, isVeryLate);
                    if (before == null) {
                        statements.add(database.name() + ": " + rows.getString("query").strip().lines().findFirst().orElse(""));
                        late.incrementAndGet();
                    }
                    if (isVeryLate && !Boolean.TRUE.equals(before)) {
                        veryLate.incrementAndGet();
                    }
                }
            }
        }
    }
}
