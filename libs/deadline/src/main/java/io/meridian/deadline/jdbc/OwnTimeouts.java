package io.meridian.deadline.jdbc;

import static io.meridian.deadline.DeadlineScope.shielded;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/** The {@code statement_timeout} that each of the server's connections has of its own, by role, database or how it was opened. */
final class OwnTimeouts {

    /** By the driver's connection: one round trip in its life. */
    private final Map<PGConnection, Integer> known = Collections.synchronizedMap(new WeakHashMap<>());

    /** In milliseconds; 0 if it has none. */
    int of(PGConnection server, Connection connection) throws SQLException {
        var millis = known.get(server);
        if (millis == null) {
            millis = shielded(() -> ask(connection));
            known.put(server, millis);
        }
        return millis;
    }

    /** Not a query, which could not precede what must be a transaction's first. */
    private static int ask(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var answer = statement.executeQuery("SHOW statement_timeout")) {
            answer.next();
            return millis(answer.getString(1));
        }
    }

    /** Reads what PostgreSQL shows: 0, or a number with the greatest unit that leaves it whole. */
    static int millis(String shown) {
        var digits = 0;
        while (digits < shown.length() && Character.isDigit(shown.charAt(digits))) {
            digits++;
        }
        var number = Long.parseLong(shown, 0, digits, 10);
        var unit =
                switch (shown.substring(digits)) {
                    case "", "ms" -> TimeUnit.MILLISECONDS;
                    case "s" -> TimeUnit.SECONDS;
                    case "min" -> TimeUnit.MINUTES;
                    case "h" -> TimeUnit.HOURS;
                    case "d" -> TimeUnit.DAYS;
                    default -> throw new IllegalArgumentException("a statement_timeout that cannot be read: " + shown);
                };
        return Math.toIntExact(unit.toMillis(number));
    }
}
