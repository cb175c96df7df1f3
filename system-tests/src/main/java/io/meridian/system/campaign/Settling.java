package io.meridian.system.campaign;

import static io.meridian.local.platform.Component.INVENTORY;
import static io.meridian.local.platform.Component.ORDER;
import static io.meridian.local.platform.Component.PAYMENT;

import io.meridian.local.platform.Component;
import io.meridian.system.nemesis.Arena;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether anything of the platform's orders is still on its way, read from the databases themselves. */
final class Settling {

    private static final Duration BETWEEN = Duration.ofMillis(100);

    private static final Map<Component, String> UNFINISHED = Map.of(
            ORDER, "SELECT count(*) FROM order_status WHERE status = 'PENDING'",
            INVENTORY, "SELECT count(*) FROM holds WHERE status = 'HELD'",
            PAYMENT, """
                    SELECT count(*) FROM payments
                    WHERE status IN ('AUTHORISING', 'UNKNOWN', 'AUTHORISED', 'CAPTURING', 'VOIDING', 'REFUNDING')""");

    private final Arena arena;

    Settling(Arena arena) {
        this.arena = arena;
    }

    /**
     * Waits until nothing is on its way.
     *
     * @param left what is still on its way, if that was not reached within the bound
     */
    record Result(Duration after, Optional<String> left) {}

    Result await(Duration bound) throws InterruptedException {
        var begin = System.nanoTime();
        while (true) {
            var left = left();
            var passed = Duration.ofNanos(System.nanoTime() - begin);
            if (left.isEmpty() || passed.compareTo(bound) > 0) {
                return new Result(passed, left);
            }
            Thread.sleep(BETWEEN);
        }
    }

    private Optional<String> left() {
        var counts = new TreeMap<String, Long>();
        for (var each : UNFINISHED.entrySet()) {
            try (var connection = arena.database(each.getKey());
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery(each.getValue())) {
                if (rows.next() && rows.getLong(1) > 0) {
                    counts.put(each.getKey().shortName(), rows.getLong(1));
                }
            } catch (SQLException e) {
                return Optional.of("the database of " + each.getKey().title() + " does not answer: " + e.getMessage());
            }
        }
        return counts.isEmpty() ? Optional.empty() : Optional.of("unfinished: " + counts);
    }
}
