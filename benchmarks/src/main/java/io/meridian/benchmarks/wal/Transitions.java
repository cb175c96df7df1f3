package io.meridian.benchmarks.wal;

import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares the order service's narrow status row with one wide row for the whole order. */
@Command(
        name = "benchmarks/wal",
        mixinStandardHelpOptions = true,
        description = {
            "Needs a running, idle platform. In a schema of its own, which it drops again, it updates the status of a thousand",
            "orders as the order service keeps them (a narrow table apart) and as one wide row that is written whole, and prints the",
            "bytes of write-ahead log for each change."
        })
final class Transitions implements Runnable {

    private static final int ORDERS = 1_000;

    private static final String STATUS =
            """
            status TEXT NOT NULL, version INTEGER NOT NULL, steps INTEGER NOT NULL, reason TEXT, skus TEXT[], held_until TIMESTAMPTZ,
            confirmed_at TIMESTAMPTZ, updated_at TIMESTAMPTZ NOT NULL, payment_token TEXT, epoch INTEGER NOT NULL DEFAULT 0,
            lease_until TIMESTAMPTZ, attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at TIMESTAMPTZ NOT NULL
            """;

    private static final String[] TABLES = {
        "CREATE TABLE transition_wal.narrow (order_id UUID PRIMARY KEY, " + STATUS + ") WITH (fillfactor = 70)",
        "CREATE INDEX ON transition_wal.narrow (next_attempt_at) WHERE status = 'PENDING'",
        "CREATE TABLE transition_wal.wide (order_id UUID PRIMARY KEY, customer_id TEXT NOT NULL, created_at TIMESTAMPTZ NOT NULL, "
                + "lines JSONB NOT NULL, " + STATUS + ") WITH (fillfactor = 70)",
        "CREATE INDEX ON transition_wal.wide (customer_id, order_id DESC)",
        "CREATE INDEX ON transition_wal.wide (updated_at)",
        "CREATE INDEX ON transition_wal.wide (next_attempt_at) WHERE status = 'PENDING'",
        """
        INSERT INTO transition_wal.narrow (order_id, status, version, steps, updated_at, payment_token, next_attempt_at)
        SELECT gen_random_uuid(), 'PENDING', 1, 1, now(), 'tok_ok', now() FROM generate_series(1, %d)
        """
                .formatted(ORDERS),
        """
        INSERT INTO transition_wal.wide (order_id, customer_id, created_at, lines, status, version, steps, updated_at, payment_token,
                next_attempt_at)
        SELECT gen_random_uuid(), 'customer-' || n, now(), jsonb_build_array(
                jsonb_build_object('sku', 'SKU-0001', 'quantity', 2, 'unitPrice', 1999, 'currency', 'EUR'),
                jsonb_build_object('sku', 'SKU-0002', 'quantity', 1, 'unitPrice', 16338, 'currency', 'EUR'),
                jsonb_build_object('sku', 'SKU-0003', 'quantity', 5, 'unitPrice', 499, 'currency', 'EUR')),
               'PENDING', 1, 1, now(), 'tok_ok', now() FROM generate_series(1, %d) AS n
        """
                .formatted(ORDERS)
    };

    private static final String NARROW =
            """
            UPDATE transition_wal.narrow SET version = version + 1, steps = steps + 1, updated_at = clock_timestamp(), held_until = now()
            WHERE order_id = ?
            """;

    /** Everything again, as a mapper of objects to rows writes it that does not look for what has changed. */
    private static final String WIDE =
            """
            UPDATE transition_wal.wide SET customer_id = customer_id || '', created_at = created_at, lines = lines || '[]',
                status = status, version = version + 1, steps = steps + 1, updated_at = clock_timestamp(), held_until = now()
            WHERE order_id = ?
            """;

    @Option(names = "--port-offset", defaultValue = "0", description = "of the running platform (${DEFAULT-VALUE})")
    private int portOffset;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Transitions()).execute(args));
    }

    @Override
    public void run() {
        var url = "jdbc:postgresql://" + new Addresses(portOffset).address(Component.POSTGRES) + "/orders";
        try (var connection = DriverManager.getConnection(url, "orders", "meridian")) {
            execute(connection, "DROP SCHEMA IF EXISTS transition_wal CASCADE");
            execute(connection, "CREATE SCHEMA transition_wal");
            try {
                for (var table : TABLES) {
                    execute(connection, table);
                }
                // Once for nothing: the first change of a page after a checkpoint logs the whole page.
                bytes(connection, "narrow", NARROW);
                bytes(connection, "wide", WIDE);
                System.out.println("| pass | narrow, bytes a change | wide, bytes a change | saved |");
                System.out.println("|---|---|---|---|");
                for (var pass = 1; pass <= 3; pass++) {
                    var narrow = bytes(connection, "narrow", NARROW);
                    var wide = bytes(connection, "wide", WIDE);
                    System.out.printf(Locale.ROOT, "| %d | %.0f | %.0f | %.0f %% |%n", pass, narrow, wide, 100 * (1 - narrow / wide));
                }
            } finally {
                execute(connection, "DROP SCHEMA transition_wal CASCADE");
            }
        } catch (SQLException e) {
            throw new CommandLine.ExecutionException(
                    new CommandLine(this), "no platform answers at " + url + ": start one with ./meridian up (" + e.getMessage() + ")", e);
        }
    }

    private static double bytes(Connection connection, String table, String update) throws SQLException {
        var ids = new ArrayList<Object>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT order_id FROM transition_wal." + table)) {
            while (rows.next()) {
                ids.add(rows.getObject(1));
            }
        }
        var before = position(connection);
        try (var statement = connection.prepareStatement(update)) {
            for (var id : ids) {
                statement.setObject(1, id);
                statement.executeUpdate();
            }
        }
        return (position(connection) - before) / ids.size();
    }

    private static double position(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")) {
            rows.next();
            return rows.getDouble(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
