package io.meridian.simulation.order;

import io.meridian.order.placing.Entry;
import io.meridian.order.settling.Unfinished;
import io.meridian.simulation.database.Connections;
import io.meridian.simulation.order.OrderRows.OrderRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** The orders nobody drives: statement for statement what {@code JdbcUnfinished} does, as functions on rows. */
public final class MemoryUnfinished implements Unfinished {

    /** What a planted bug may bend. */
    public interface Bends {

        Bends NONE = new Bends() {};

        /** Whether what is due is told by the process's clock instead of the database's. */
        default boolean trustsLocalClock() {
            return false;
        }

        /** Whether nothing is ever due. */
        default boolean findsNothing() {
            return false;
        }
    }

    private final Connections connections;
    private final OrderRows rows;
    private final Supplier<Instant> localClock;
    private final Bends bends;

    public MemoryUnfinished(Connections connections, OrderRows rows, Supplier<Instant> localClock, Bends bends) {
        this.connections = connections;
        this.rows = rows;
        this.localClock = localClock;
        this.bends = bends;
    }

    @Override
    public List<Leased> lease(int most, Duration term) {
        return MemoryOrders.translated(() -> connections.run("lease", it -> {
            var now = bends.trustsLocalClock()
                    ? localClock.get()
                    : connections.database().now();
            var due = rows.orders.rows().values().stream()
                    .filter(row -> !bends.findsNothing() && row.token() != null && !row.nextAttemptAt().isAfter(now) && isFree(row, now))
                    .sorted(Comparator.comparing(OrderRow::nextAttemptAt))
                    .limit(most)
                    .toList();
            var leased = new ArrayList<Leased>();
            for (var row : due) {
                var id = row.order().id();
                if (!it.lockIfFree(rows.orders, id)) {
                    continue;
                }
                var after = new OrderRow(
                        row.order(),
                        row.journalledAt(),
                        row.version(),
                        row.steps(),
                        row.token(),
                        row.epoch() + 1,
                        now.plus(term),
                        row.attempts() + 1,
                        row.nextAttemptAt());
                it.write(rows.orders, id, after);
                var age = Duration.between(row.journalledAt(), now);
                leased.add(new Leased(
                        new Entry(after.order(), after.version(), after.epoch()),
                        Objects.requireNonNull(after.token()),
                        after.attempts(),
                        age.isNegative() ? Duration.ZERO : age));
            }
            return leased;
        }));
    }

    private static boolean isFree(OrderRow row, Instant now) {
        var until = row.leaseUntil();
        return until == null || !until.isAfter(now);
    }

    @Override
    public void defer(Leased leased, Duration pause, String why) {
        var _ = MemoryOrders.translated(() -> connections.run("defer", it -> {
            var id = leased.entry().order().id();
            var row = it.lock(rows.orders, id);
            if (row == null || row.token() == null || row.epoch() != leased.entry().epoch()) {
                return false;
            }
            it.write(
                    rows.orders,
                    id,
                    new OrderRow(
                            row.order(),
                            row.journalledAt(),
                            row.version(),
                            row.steps(),
                            row.token(),
                            row.epoch(),
                            null,
                            row.attempts(),
                            connections.database().now().plus(pause)));
            return true;
        }));
    }
}
