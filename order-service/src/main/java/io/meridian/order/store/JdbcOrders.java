package io.meridian.order.store;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.CustomerId;
import io.meridian.order.model.Fact;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.PricedLine;
import io.meridian.order.model.Sku;
import io.meridian.order.model.Step;
import io.meridian.order.placing.Announcements;
import io.meridian.order.placing.Claim;
import io.meridian.order.placing.Entry;
import io.meridian.order.placing.Orders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The journal. Every change is one statement that names what it expects to find; the order of an end, its step and its event are one
 * transaction.
 */
public final class JdbcOrders implements Orders {

    private static final Logger log = LoggerFactory.getLogger(JdbcOrders.class);

    /** One statement and so one transaction and one trip: without the key, nothing else is written. */
    private static final String CLAIM = """
            WITH claimed AS (
                INSERT INTO idempotency_keys AS k (customer_id, key, fingerprint, order_id)
                VALUES (:customer, :key, :fingerprint, :id)
                ON CONFLICT (customer_id, key) DO UPDATE
                SET fingerprint = excluded.fingerprint, order_id = excluded.order_id, claimed_at = now()
                WHERE k.claimed_at < now() - CAST(:kept AS INTERVAL)
                RETURNING order_id
            ), placed AS (
                INSERT INTO orders (id, customer_id, created_at)
                SELECT order_id, :customer, :at FROM claimed
            ), listed AS (
                INSERT INTO order_lines (order_id, position, sku, quantity)
                SELECT c.order_id, l.position, l.sku, l.quantity
                FROM claimed c, unnest(CAST(:skus AS TEXT[]), CAST(:quantities AS INTEGER[]))
                    WITH ORDINALITY AS l(sku, quantity, position)
            ), stated AS (
                INSERT INTO order_status
                    (order_id, status, version, steps, updated_at, payment_token, next_attempt_at)
                SELECT order_id, 'PENDING', 1, 1, :at, :token, now() + CAST(:firstAttempt AS INTERVAL) FROM claimed
            ), logged AS (
                INSERT INTO order_transitions (order_id, sequence, step, at)
                SELECT order_id, 1, 'PENDING', :at FROM claimed
            )
            SELECT count(*) FROM claimed
            """;

    private static final String FIND_KEY = """
            SELECT fingerprint, order_id FROM idempotency_keys WHERE customer_id = :customer AND key = :key
            """;

    private static final String FIND =
            "SELECT " + Rows.COLUMNS + "FROM orders o JOIN order_status s ON s.order_id = o.id " + Rows.LINES
                    + "WHERE o.id = :id";

    /**
     * Not waited for on disk: the next write of this order is, and takes this one with it. If the database loses it in a crash, the
     * order is placed again and the hold, asked for again, gives the same prices.
     */
    private static final String PRICE = """
            WITH moved AS (
                UPDATE order_status
                SET version = version + 1, held_until = :heldUntil, updated_at = :at
                WHERE order_id = :id AND status = 'PENDING' AND version = :version AND epoch = :epoch
                RETURNING order_id, set_config('synchronous_commit', 'off', TRUE)
            )
            UPDATE order_lines l
            SET unit_price = p.price, currency = :currency
            FROM moved, unnest(CAST(:skus AS TEXT[]), CAST(:prices AS BIGINT[])) AS p(sku, price)
            WHERE l.order_id = moved.order_id AND l.sku = p.sku
            """;

    private static final String END = """
            WITH moved AS (
                UPDATE order_status
                SET status = :status, version = version + 1, steps = steps + 1, reason = CAST(:reason AS TEXT),
                    skus = CAST(:skus AS TEXT[]), confirmed_at = CAST(:confirmedAt AS TIMESTAMPTZ), updated_at = :at,
                    payment_token = NULL, lease_until = NULL
                WHERE order_id = :id AND status = :lastStatus AND version = :version AND epoch = :epoch
                RETURNING order_id, steps
            )
            INSERT INTO order_transitions (order_id, sequence, step, reason, at)
            SELECT order_id, steps, :status, CAST(:reason AS TEXT), :at FROM moved
            """;

    private static final String NOTE = """
            WITH moved AS (
                UPDATE order_status
                SET steps = steps + 1
                WHERE order_id = :id AND NOT EXISTS (
                    SELECT FROM order_transitions
                    WHERE order_id = :id AND step = :step AND reason IS NOT DISTINCT FROM CAST(:reason AS TEXT))
                RETURNING order_id, steps
            )
            INSERT INTO order_transitions (order_id, sequence, step, reason, at)
            SELECT order_id, steps, :step, CAST(:reason AS TEXT), :at FROM moved
            """;

    private static final String EXISTS = "SELECT EXISTS (SELECT FROM order_status WHERE order_id = :id)";

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Announcements announcements;
    private final OrderBell bell;
    private final Duration keysKept;
    private final Duration firstAttempt;

    /**
     * @param keysKept how long an idempotency key is remembered
     * @param firstAttempt how long after its placing began an order that has not ended is due for settling
     */
    public JdbcOrders(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            Announcements announcements,
            OrderBell bell,
            Duration keysKept,
            Duration firstAttempt) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.announcements = announcements;
        this.bell = bell;
        this.keysKept = keysKept;
        this.firstAttempt = firstAttempt;
    }

    @Override
    public Claim claim(Order.Placed order, CardToken card, IdempotencyKey key, String fingerprint) {
        return Faults.translated(() -> {
            while (true) {
                if (claimed(order, card, key, fingerprint)) {
                    return new Claim.Fresh(new Entry(order, 1, 0));
                }
                var earlier = used(order.placement().customer(), key, fingerprint);
                if (earlier.isPresent()) {
                    return earlier.get();
                } // else the key was forgotten between the two statements, and is free
            }
        });
    }

    @Override
    public Optional<Claim.Earlier> earlier(CustomerId customer, IdempotencyKey key, String fingerprint) {
        return Faults.translated(() -> used(customer, key, fingerprint));
    }

    @Override
    public Optional<Entry> write(Entry last, Order next) {
        return Faults.translated(() -> switch (next) {
            case Order.Placed _ -> throw new IllegalArgumentException("an order is placed by claiming a key");
            case Order.Reserved reserved -> priced(last, reserved);
            case Order.Confirmed confirmed -> ended(last, confirmed, null, List.of(), confirmed.at());
            case Order.Rejected rejected ->
                ended(last, rejected, rejected.reason().code(), rejected.skus(), null);
            case Order.Cancelled cancelled ->
                ended(last, cancelled, cancelled.reason().code(), List.of(), cancelled.confirmedAt());
        });
    }

    @Override
    public boolean note(OrderId id, Fact.Followed followed, Instant at) {
        return Faults.translated(() -> {
            var noted = jdbc.sql(NOTE)
                            .param("id", id.value())
                            .param("step", followed.step().name())
                            .param("reason", followed.reason())
                            .param("at", Rows.utc(at))
                            .update()
                    == 1;
            if (!noted) {
                return jdbc.sql(EXISTS).param("id", id.value()).query(Boolean.class).single();
            }
            afterCommit(() -> bell.ring(id));
            return true;
        });
    }

    @Override
    public Optional<Entry> find(OrderId id) {
        return Faults.translated(
                () -> jdbc.sql(FIND).param("id", id.value()).query(Rows::entry).optional());
    }

    private boolean claimed(Order.Placed order, CardToken card, IdempotencyKey key, String fingerprint) {
        var placement = order.placement();
        return jdbc.sql(CLAIM)
                        .param("id", order.id().value())
                        .param("customer", placement.customer().value())
                        .param("key", key.value())
                        .param("fingerprint", fingerprint)
                        .param("kept", keysKept.toString())
                        .param("at", Rows.utc(placement.createdAt()))
                        .param("skus", texts(placement.lines().stream().map(it -> it.sku().value())))
                        .param("quantities", placement.lines().stream().map(it -> it.quantity()).toArray(Integer[]::new))
                        .param("token", card.value())
                        .param("firstAttempt", firstAttempt.toString())
                        .query(Integer.class)
                        .single()
                == 1;
    }

    private Optional<Claim.Earlier> used(CustomerId customer, IdempotencyKey key, String fingerprint) {
        record Earlier(String fingerprint, OrderId order) {}
        return jdbc.sql(FIND_KEY)
                .param("customer", customer.value())
                .param("key", key.value())
                .query((row, _) -> new Earlier(
                        row.getString("fingerprint"), new OrderId(row.getObject("order_id", UUID.class))))
                .optional()
                .map(it -> it.fingerprint().equals(fingerprint)
                        ? new Claim.Repeated(find(it.order()).orElseThrow())
                        : new Claim.OtherRequest());
    }

    private Optional<Entry> priced(Entry last, Order.Reserved next) {
        var lines = next.pricing().lines();
        var priced = jdbc.sql(PRICE)
                .param("id", next.id().value())
                .param("version", last.version())
                .param("epoch", last.epoch())
                .param("heldUntil", Rows.utc(next.pricing().heldUntil()))
                .param("at", Rows.utc(next.at()))
                .param("currency", next.pricing().total().currency())
                .param("skus", texts(lines.stream().map(it -> it.sku().value())))
                .param("prices", lines.stream().map(PricedLine::unitPrice).map(it -> it.amount()).toArray(Long[]::new))
                .update();
        return priced == 0 ? Optional.empty() : Optional.of(after(last, next));
    }

    private Optional<Entry> ended(
            Entry last, Order next, @Nullable String reason, List<Sku> skus, @Nullable Instant confirmedAt) {
        return transaction.execute(_ -> {
            var moved = jdbc.sql(END)
                    .param("id", next.id().value())
                    .param("lastStatus", last.order().status().name())
                    .param("version", last.version())
                    .param("epoch", last.epoch())
                    .param("status", Step.of(next.status()).name())
                    .param("reason", reason)
                    .param("skus", skus.isEmpty() ? null : texts(skus.stream().map(Sku::value)))
                    .param("confirmedAt", confirmedAt == null ? null : Rows.utc(confirmedAt))
                    .param("at", Rows.utc(next.at()))
                    .update();
            if (moved == 0) {
                return Optional.<Entry>empty();
            }
            announcements.announce(next);
            afterCommit(() -> {
                bell.ring(next.id());
                logEnd(next, reason);
            });
            return Optional.of(after(last, next));
        });
    }

    private static void logEnd(Order order, @Nullable String reason) {
        var line = log.atInfo().addKeyValue("orderId", order.id()).addKeyValue("status", order.status());
        (reason == null ? line : line.addKeyValue("reason", reason)).log("order {}", order.status());
    }

    private static void afterCommit(Runnable work) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            work.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                work.run();
            }
        });
    }

    private static Entry after(Entry last, Order next) {
        return new Entry(next, last.version() + 1, last.epoch());
    }

    private static String[] texts(Stream<String> texts) {
        return texts.toArray(String[]::new);
    }
}
