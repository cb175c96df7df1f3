package io.meridian.inventory.holding;

import io.meridian.inventory.catalogue.Products;
import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Money;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.PricedLine;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.model.Stock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A ledger and its catalogue in memory; the model's arithmetic is all it knows. For one thread. */
public final class FakeHolds implements Holds, Products {

    private final TreeMap<Sku, Product> products = new TreeMap<>();
    private final Map<OrderId, Entry> entries = new HashMap<>();
    private final Map<OrderId, Long> epochs = new HashMap<>();
    private Runnable beforeNextFind = () -> {};
    private Runnable beforeNextClose = () -> {};

    /** Puts a product into the catalogue; its price in cents is its number. */
    public Sku stock(String name, long onHand) {
        var sku = new Sku(name);
        var price = new Money(Long.parseLong(name.substring(4)), "EUR");
        products.put(sku, new Product(sku, "Product " + name, price, new Stock(onHand, 0, 0, 1)));
        return sku;
    }

    public Stock stockOf(Sku sku) {
        return find(sku).orElseThrow().stock();
    }

    public @Nullable HoldStatus statusOf(OrderId order) {
        var entry = entries.get(order);
        return entry == null ? null : entry.status;
    }

    /** What somebody else does just before the next look for a hold. */
    public void beforeNextFind(Runnable deed) {
        beforeNextFind = deed;
    }

    /** What somebody else does just before the next order is closed. */
    public void beforeNextClose(Runnable deed) {
        beforeNextClose = deed;
    }

    @Override
    public Taking take(OrderId order, long epoch, List<Line> lines, Instant now, Instant expiresAt) {
        if (!admit(order, epoch)) {
            return new Taking.Overtaken();
        }
        var unknown = skus(lines, line -> !products.containsKey(line.sku()));
        if (!unknown.isEmpty()) {
            return new Taking.Unknown(unknown);
        }
        var shortOf = skus(lines, line -> !stockOf(line.sku()).allows(Move.HOLD, line.quantity()));
        if (!shortOf.isEmpty()) {
            return new Taking.Short(shortOf);
        }
        if (entries.containsKey(order)) {
            return new Taking.AlreadyKnown();
        }
        var priced = lines.stream()
                .sorted(Comparator.comparing(Line::sku))
                .map(line -> new PricedLine(line, find(line.sku()).orElseThrow().unitPrice()))
                .toList();
        entries.put(order, new Entry(Move.HOLD.to(), priced, expiresAt));
        apply(Move.HOLD, lines);
        return new Taking.Taken(priced);
    }

    @Override
    public Releasing release(OrderId order, long epoch, Instant now) {
        if (!admit(order, epoch)) {
            return Releasing.OVERTAKEN;
        }
        return move(order, Move.RELEASE, now) instanceof Moving.Moved ? Releasing.RELEASED : Releasing.NOTHING_HELD;
    }

    @Override
    public boolean close(OrderId order, long epoch, Instant now) {
        return admit(order, epoch) && close(order, now);
    }

    @Override
    public boolean admit(OrderId order, long epoch) {
        return epochs.merge(order, epoch, Math::max) == epoch;
    }

    @Override
    public Moving move(OrderId order, Move move, Instant now) {
        var entry = entries.get(order);
        if (entry == null || !move.from().contains(entry.status)) {
            return new Moving.NotPossible();
        }
        var lines = entry.lines.stream().map(PricedLine::line).toList();
        var shortOf = skus(lines, line -> !stockOf(line.sku()).allows(move, line.quantity()));
        if (!shortOf.isEmpty()) {
            return new Moving.Short(shortOf);
        }
        entries.put(order, new Entry(move.to(), entry.lines, entry.expiresAt));
        apply(move, lines);
        return new Moving.Moved();
    }

    @Override
    public Optional<Hold> find(OrderId order) {
        var deed = beforeNextFind;
        beforeNextFind = () -> {};
        deed.run();
        return Optional.ofNullable(entries.get(order))
                .map(entry -> Hold.of(order, entry.status, entry.lines, entry.expiresAt));
    }

    @Override
    public boolean close(OrderId order, Instant now) {
        var deed = beforeNextClose;
        beforeNextClose = () -> {};
        deed.run();
        return entries.putIfAbsent(order, new Entry(HoldStatus.CLOSED, List.of(), null)) == null;
    }

    @Override
    public List<OrderId> overdue(Instant now, int limit) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().status == HoldStatus.HELD)
                .filter(entry -> !now.isBefore(entry.getValue().expiry()))
                .sorted(Comparator.comparing(entry -> entry.getValue().expiry()))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public Optional<Product> find(Sku sku) {
        return Optional.ofNullable(products.get(sku));
    }

    @Override
    public List<Product> after(@Nullable Sku after, int limit) {
        var rest = after == null ? products : products.tailMap(after, false);
        return rest.values().stream().limit(limit).toList();
    }

    private void apply(Move move, List<Line> lines) {
        for (var line : lines) {
            products.computeIfPresent(
                    line.sku(),
                    (sku, known) -> new Product(
                            sku, known.name(), known.unitPrice(), known.stock().after(move, line.quantity())));
        }
    }

    private static List<Sku> skus(List<Line> lines, Predicate<Line> which) {
        return lines.stream().filter(which).map(Line::sku).sorted().toList();
    }

    private record Entry(HoldStatus status, List<PricedLine> lines, @Nullable Instant expiresAt) {

        Instant expiry() {
            return Optional.ofNullable(expiresAt).orElseThrow();
        }
    }
}
