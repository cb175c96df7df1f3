package io.meridian.benchmarks.incident;

import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/**
 * What the three databases say at one moment, one after the other.
 *
 * @param confirmed orders that are confirmed
 * @param sold holds that became sales, by the event of the confirmation
 * @param captured payments that were captured, by the same event
 * @param pending orders that have not come to an end
 */
record Books(long confirmed, long sold, long captured, long pending) {

    static Books of(Addresses addresses) {
        // Effects first: a confirmation between two looks makes the others seem to be behind, and never ahead.
        var sold = count(addresses, "inventory", "SELECT count(*) FROM holds WHERE status = 'COMMITTED'");
        var captured = count(addresses, "payments", "SELECT count(*) FROM payments WHERE status = 'CAPTURED'");
        var pending = count(addresses, "orders", "SELECT count(*) FROM order_status WHERE status = 'PENDING'");
        return new Books(
                count(addresses, "orders", "SELECT count(*) FROM order_status WHERE status = 'CONFIRMED'"),
                sold,
                captured,
                pending);
    }

    /** Waits until every order has ended and everything that follows from it has happened; returns how it is then, or after {@code bound}. */
    static Books settled(Addresses addresses, Duration bound) {
        var until = System.nanoTime() + bound.toNanos();
        var books = of(addresses);
        while (!books.agree() && System.nanoTime() - until < 0) {
            RollingRestart.pause(Duration.ofMillis(250));
            books = of(addresses);
        }
        return books;
    }

    /** Whether each confirmation has had its effects, once, and nothing is under way. */
    boolean agree() {
        return pending == 0 && sold == confirmed && captured == confirmed;
    }

    /** Confirmations whose effects are still to come. */
    long behind() {
        return Math.max(confirmed - sold, confirmed - captured);
    }

    @Override
    public String toString() {
        return "%d confirmed, %d sold, %d captured, %d pending".formatted(confirmed, sold, captured, pending);
    }

    private static long count(Addresses addresses, String database, String sql) {
        var url = "jdbc:postgresql://" + addresses.address(Component.POSTGRES) + "/" + database;
        try (var connection = DriverManager.getConnection(url, database, "meridian");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + " failed", e);
        }
    }
}
