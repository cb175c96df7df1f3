package io.meridian.simulation.inventory;

import io.meridian.inventory.holding.Holds;
import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Place;
import io.meridian.inventory.model.PricedLine;
import io.meridian.inventory.model.Sku;
import io.meridian.simulation.database.Connections;
import io.meridian.simulation.database.Transaction;
import io.meridian.simulation.inventory.StockRows.EpochRow;
import io.meridian.simulation.inventory.StockRows.HoldRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The ledger of holds: statement for statement what {@code JdbcHolds} does, as functions on rows. */
public final class MemoryHolds implements Holds {

    /** What a planted bug may bend. */
    public interface Bends {

        Bends NONE = new Bends() {};



        /** Whether a move looks at the state the hold is in. */
        default boolean looksAtStatus() {
            return true;
        }
        /** Whether it is looked at how much there is. */
        default boolean looksAtStock() {
            return true;
        }

        /** Whether a move does anything. */
        default boolean moves(Move move) {
            return true;
        }
    }

    private final Connections connections;
    private final StockRows rows;
    private final Bends bends;

    public MemoryHolds(Connections connections, StockRows rows, Bends bends) {
        this.connections = connections;
        this.rows = rows;
        this.bends = bends;
    }

    @Override
    public Taking take(OrderId order, long epoch, List<Line> lines, Instant now, Instant expiresAt) {
        return connections.run("take", it -> {
            if (!admitted(it, order, epoch)) {
                return new Taking.Overtaken();
            }
            var unknown = new ArrayList<Sku>();
            var shortOf = new ArrayList<Sku>();
            var priced = new ArrayList<PricedLine>();
            for (var line : sorted(lines)) {
                var stock = it.lock(rows.stock, line.sku());
                if (stock == null) {
                    unknown.add(line.sku());
                } else {
                    if (stock.onHand() < line.quantity() && bends.looksAtStock()) {
                        shortOf.add(line.sku());
                    }
                    priced.add(new PricedLine(line, stock.price()));
                }
            }
            if (!unknown.isEmpty()) {
                return new Taking.Unknown(unknown);
            }
            if (!shortOf.isEmpty()) {
                return new Taking.Short(shortOf);
            }
            if (!it.insert(rows.holds, order, new HoldRow(order, HoldStatus.HELD, priced, expiresAt))) {
                return new Taking.AlreadyKnown();
            }
            shift(it, priced, Move.HOLD);
            return new Taking.Taken(priced);
        });
    }

    @Override
    public boolean admit(OrderId order, long epoch) {
        return connections.run("admit", it -> admitted(it, order, epoch));
    }

    private boolean admitted(Transaction it, OrderId order, long epoch) {
        var known = it.lock(rows.epochs, order);
        if (known != null && known.epoch() > epoch) {
            return false;
        }
        it.write(rows.epochs, order, new EpochRow(epoch));
        return true;
    }

    @Override
    public Releasing release(OrderId order, long epoch, Instant now) {
        var moving = connections.run(
                "release", it -> admitted(it, order, epoch) ? moved(it, order, Move.RELEASE) : new Moving.NotPossible());
        return switch (moving) {
            case Moving.Moved _ -> Releasing.RELEASED;
            case Moving.NotPossible _ -> admit(order, epoch) ? Releasing.NOTHING_HELD : Releasing.OVERTAKEN;
            case Moving.Short(var skus) ->
                throw new IllegalStateException("order " + order + " holds more than is held of " + skus);
        };
    }

    @Override
    public Moving move(OrderId order, Move move, Instant now) {
        return connections.run("move " + move, it -> moved(it, order, move));
    }

    private Moving moved(Transaction it, OrderId order, Move move) {
        var hold = it.lock(rows.holds, order);
        if (hold == null || hold.lines().isEmpty() || (bends.looksAtStatus() && !move.from().contains(hold.status()))) {
            return new Moving.NotPossible();
        }
        var shortOf = new ArrayList<Sku>();
        for (var priced : hold.lines()) {
            var stock = Objects.requireNonNull(it.lock(rows.stock, priced.line().sku()));
            var there = switch (move.source()) {
                case ON_HAND -> stock.onHand();
                case HELD -> stock.held();
                case SOLD -> stock.sold();
            };
            if (there < priced.line().quantity()) {
                shortOf.add(priced.line().sku());
            }
        }
        if (!shortOf.isEmpty()) {
            return new Moving.Short(shortOf);
        }
        it.write(rows.holds, order, new HoldRow(order, move.to(), hold.lines(), hold.expiresAt()));
        if (bends.moves(move)) {
            shift(it, hold.lines(), move);
        }
        return new Moving.Moved();
    }

    private void shift(Transaction it, List<PricedLine> lines, Move move) {
        for (var priced : lines) {
            var sku = priced.line().sku();
            var quantity = priced.line().quantity();
            var stock = Objects.requireNonNull(it.lock(rows.stock, sku));
            it.write(
                    rows.stock,
                    sku,
                    stock.moved(
                            quantity * move.sign(Place.ON_HAND),
                            quantity * move.sign(Place.HELD),
                            quantity * move.sign(Place.SOLD)));
        }
    }

    @Override
    public Optional<Hold> find(OrderId order) {
        return connections.run("find hold", it -> Optional.ofNullable(it.read(rows.holds, order))
                .map(HoldRow::hold));
    }

    @Override
    public boolean close(OrderId order, long epoch, Instant now) {
        return connections.run("close hold", it -> admitted(it, order, epoch) && closed(it, order));
    }

    @Override
    public boolean close(OrderId order, Instant now) {
        return connections.run("close hold", it -> closed(it, order));
    }

    private boolean closed(Transaction it, OrderId order) {
        return it.insert(rows.holds, order, new HoldRow(order, HoldStatus.CLOSED, List.of(), null));
    }

    @Override
    public List<OrderId> overdue(Instant now, int limit) {
        return connections.run("overdue holds", it -> rows.holds.rows().values().stream()
                .filter(row -> row.status() == HoldStatus.HELD && !ends(row).isAfter(now))
                .sorted(Comparator.comparing(MemoryHolds::ends))
                .limit(limit)
                .map(HoldRow::order)
                .filter(order -> it.lockIfFree(rows.holds, order))
                .toList());
    }

    private static Instant ends(HoldRow row) {
        return Objects.requireNonNull(row.expiresAt());
    }

    private static List<Line> sorted(List<Line> lines) {
        return lines.stream().sorted(Comparator.comparing(Line::sku)).toList();
    }
}
