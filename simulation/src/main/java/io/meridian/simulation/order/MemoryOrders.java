package io.meridian.simulation.order;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.CustomerId;
import io.meridian.order.model.Fact;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Step;
import io.meridian.order.model.StoreUnavailable;
import io.meridian.order.placing.Announcements;
import io.meridian.order.placing.Claim;
import io.meridian.order.placing.Entry;
import io.meridian.order.placing.Orders;
import io.meridian.simulation.database.Connections;
import io.meridian.simulation.order.OrderRows.Key;
import io.meridian.simulation.order.OrderRows.KeyRow;
import io.meridian.simulation.order.OrderRows.OrderRow;
import io.meridian.simulation.order.OrderRows.StepKey;
import io.meridian.simulation.order.OrderRows.StepRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** The journal: statement for statement what {@code JdbcOrders} does, as functions on rows. */
public final class MemoryOrders implements Orders {

    /** What a planted bug may bend. */
    public interface Bends {

        Bends NONE = new Bends() {};

        /** Whether a write by the owner of an earlier epoch is taken. */
        default boolean takesOlderEpochs() {
            return false;
        }

        /** Whether a write on an older version is taken. */
        default boolean takesOlderVersions() {
            return false;
        }

        /** Whether the same key with another body is taken for a repeat. */
        default boolean takesOtherBodies() {
            return false;
        }

        /** Whether the key is written only when the order has been written, as a statement of its own. */
        default boolean claimsKeyLate() {
            return false;
        }

        /** Whether an order that ends keeps its lease. */
        default boolean keepsLease() {
            return false;
        }

        /** Whether the event is appended. */
        default boolean announces(Order ended) {
            return true;
        }

        /** Whether the event is appended in a transaction of its own, before the one that makes it true. */
        default boolean announcesApart() {
            return false;
        }
    }

    /** Hears of writes, for oracles. */
    public interface Witness {

        Witness NONE = new Witness() {};

        /** An order was written by the owner of {@code epoch}, when {@code known} had been seen. */
        default void written(OrderId order, long epoch, long known) {}

        /** The record in whose handling it is written; null if it is none. */
        default @Nullable String cause() {
            return null;
        }
    }

    private final Connections connections;
    private final OrderRows rows;
    private final TransactionTemplate transaction;
    private final TransactionTemplate apart;
    private final Announcements announcements;
    private final Duration keysKept;
    private final Duration firstAttempt;
    private final Bends bends;
    private final Witness witness;

    public MemoryOrders(
            Connections connections,
            OrderRows rows,
            PlatformTransactionManager transactions,
            Announcements announcements,
            Duration keysKept,
            Duration firstAttempt,
            Bends bends,
            Witness witness) {
        this.connections = connections;
        this.rows = rows;
        this.transaction = new TransactionTemplate(transactions);
        this.apart = new TransactionTemplate(transactions);
        apart.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
        this.announcements = announcements;
        this.keysKept = keysKept;
        this.firstAttempt = firstAttempt;
        this.bends = bends;
        this.witness = witness;
    }

    @Override
    public Claim claim(Order.Placed order, CardToken card, IdempotencyKey key, String fingerprint) {
        return translated(() -> {
            var name = new Key(order.placement().customer().value(), key.value());
            if (bends.claimsKeyLate()) {
                return claimedLate(order, card, name, fingerprint);
            }
            while (true) {
                if (connections.run("claim", it -> {
                    var now = connections.database().now();
                    var earlier = it.lock(rows.keys, name);
                    if (earlier != null && !earlier.claimedAt().isBefore(now.minus(keysKept))) {
                        return false;
                    }
                    it.write(rows.keys, name, new KeyRow(fingerprint, order.id(), now));
                    journal(it, order, card, now);
                    return true;
                })) {
                    return new Claim.Fresh(new Entry(order, 1, 0));
                }
                var earlier = earlier(name, fingerprint);
                if (earlier.isPresent()) {
                    return earlier.get();
                }
            }
        });
    }

    private void journal(
            io.meridian.simulation.database.Transaction it, Order.Placed order, CardToken card, Instant now) {
        it.insert(rows.orders, order.id(), new OrderRow(order, now, 1, 1, card, 0, null, 0, now.plus(firstAttempt)));
        it.insert(rows.steps, new StepKey(order.id(), 1), new StepRow(Step.PENDING, null, order.at(), null));
    }

    private Claim claimedLate(Order.Placed order, CardToken card, Key name, String fingerprint) {
        var earlier = earlier(name, fingerprint);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        connections.run("journal", it -> {
            journal(it, order, card, connections.database().now());
            return true;
        });
        connections.run("claim", it -> it.insert(
                rows.keys, name, new KeyRow(fingerprint, order.id(), connections.database().now())));
        return new Claim.Fresh(new Entry(order, 1, 0));
    }

    @Override
    public Optional<Claim.Earlier> earlier(CustomerId customer, IdempotencyKey key, String fingerprint) {
        return translated(() -> earlier(new Key(customer.value(), key.value()), fingerprint));
    }

    private Optional<Claim.Earlier> earlier(Key name, String fingerprint) {
        var found = connections.run("find key", it -> Optional.ofNullable(it.read(rows.keys, name)));
        return found.map(it -> it.fingerprint().equals(fingerprint) || bends.takesOtherBodies()
                ? new Claim.Repeated(find(it.order()).orElseThrow())
                : new Claim.OtherRequest());
    }

    @Override
    public Optional<Entry> write(Entry last, Order next) {
        return translated(() -> switch (next) {
            case Order.Placed _ -> throw new IllegalArgumentException("an order is placed by claiming a key");
            case Order.Reserved reserved -> priced(last, reserved);
            case Order.Confirmed confirmed -> ended(last, confirmed, null);
            case Order.Rejected rejected -> ended(last, rejected, rejected.reason().code());
            case Order.Cancelled cancelled -> ended(last, cancelled, cancelled.reason().code());
        });
    }

    private Optional<Entry> priced(Entry last, Order.Reserved next) {
        var moved = connections.run("price", it -> {
            var row = it.lock(rows.orders, next.id());
            if (row == null || row.token() == null || isOlder(row, last)) {
                return false;
            }
            it.synchronousCommitOff();
            witness.written(next.id(), last.epoch(), row.epoch());
            it.write(
                    rows.orders,
                    next.id(),
                    new OrderRow(
                            next,
                            row.journalledAt(),
                            row.version() + 1,
                            row.steps(),
                            row.token(),
                            row.epoch(),
                            row.leaseUntil(),
                            row.attempts(),
                            row.nextAttemptAt()));
            return true;
        });
        return moved ? Optional.of(after(last, next)) : Optional.empty();
    }

    private Optional<Entry> ended(Entry last, Order next, @Nullable String reason) {
        if (bends.announcesApart()) {
            apart.executeWithoutResult(_ -> announcements.announce(next));
        }
        return transaction.execute(_ -> {
            var moved = connections.run("end", it -> {
                var row = it.lock(rows.orders, next.id());
                if (row == null
                        || (row.order().status() != last.order().status() && !bends.takesOlderVersions())
                        || isOlder(row, last)) {
                    return false;
                }
                witness.written(next.id(), last.epoch(), row.epoch());
                it.write(
                        rows.orders,
                        next.id(),
                        new OrderRow(
                                next,
                                row.journalledAt(),
                                row.version() + 1,
                                row.steps() + 1,
                                null,
                                row.epoch(),
                                bends.keepsLease() ? row.leaseUntil() : null,
                                row.attempts(),
                                row.nextAttemptAt()));
                it.insert(
                        rows.steps,
                        new StepKey(next.id(), row.steps() + 1),
                        new StepRow(Step.of(next.status()), reason, next.at(), witness.cause()));
                return true;
            });
            if (!moved) {
                return Optional.<Entry>empty();
            }
            if (bends.announces(next) && !bends.announcesApart()) {
                announcements.announce(next);
            }
            return Optional.of(after(last, next));
        });
    }

    private boolean isOlder(OrderRow row, Entry last) {
        return (row.version() != last.version() && !bends.takesOlderVersions())
                || (row.epoch() != last.epoch() && !bends.takesOlderEpochs());
    }

    @Override
    public boolean note(OrderId id, Fact.Followed step, Instant at) {
        return translated(() -> connections.run("note", it -> {
            var row = it.lock(rows.orders, id);
            if (row == null) {
                return false;
            }
            for (var number = 1; number <= row.steps(); number++) {
                var told = it.read(rows.steps, new StepKey(id, number));
                if (told != null && told.step() == step.step() && Objects.equals(told.reason(), step.reason())) {
                    return true;
                }
            }
            it.write(
                    rows.orders,
                    id,
                    new OrderRow(
                            row.order(),
                            row.journalledAt(),
                            row.version(),
                            row.steps() + 1,
                            row.token(),
                            row.epoch(),
                            row.leaseUntil(),
                            row.attempts(),
                            row.nextAttemptAt()));
            return it.insert(
                    rows.steps, new StepKey(id, row.steps() + 1), new StepRow(step.step(), step.reason(), at, witness.cause()));
        }));
    }

    @Override
    public Optional<Entry> find(OrderId id) {
        return translated(() -> connections.run("find", it -> Optional.ofNullable(it.read(rows.orders, id))
                .map(row -> new Entry(row.order(), row.version(), row.epoch()))));
    }

    private static Entry after(Entry last, Order next) {
        return new Entry(next, last.version() + 1, last.epoch());
    }

    /** As the service's own store tells a database that is away from a statement that is wrong. */
    static <R> R translated(Supplier<R> work) {
        try {
            return work.get();
        } catch (DataAccessResourceFailureException
                | TransientDataAccessException
                | RecoverableDataAccessException
                | TransactionException fault) {
            throw new StoreUnavailable("the database cannot be reached or did not answer", fault);
        }
    }
}
