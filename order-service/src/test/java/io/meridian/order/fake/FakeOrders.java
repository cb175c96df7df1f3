package io.meridian.order.fake;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.CustomerId;
import io.meridian.order.model.Fact;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Step;
import io.meridian.order.placing.Claim;
import io.meridian.order.placing.Entry;
import io.meridian.order.placing.Orders;
import io.meridian.order.settling.Backlog;
import io.meridian.order.settling.Unfinished;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The journal in memory; each method is as whole as the transaction it stands for. */
public final class FakeOrders implements Orders, Unfinished, Backlog {

    public static final Duration DUE_AFTER = Duration.ofSeconds(6);

    /** What was announced, in order. */
    public final List<Order> announced = new ArrayList<>();

    private static final class Row {
        Entry entry;
        @Nullable CardToken card;
        final List<Step> steps = new ArrayList<>(List.of(Step.PENDING));
        final Set<Fact.Followed> noted = new HashSet<>();
        final Instant journalledAt;
        int attempts;
        @Nullable Instant leaseUntil;
        Instant nextAttemptAt;
        @Nullable String lastFailure;
        boolean alarmed;

        Row(Entry entry, CardToken card, Instant now) {
            this.entry = entry;
            this.card = card;
            this.journalledAt = now;
            this.nextAttemptAt = now.plus(DUE_AFTER);
        }
    }

    private record Key(String customer, String key) {}

    private record Claimed(String fingerprint, OrderId order) {}

    private final Map<OrderId, Row> rows = new LinkedHashMap<>();
    private final Map<Key, Claimed> keys = new LinkedHashMap<>();
    private final ManualTime time;
    private final FaultPoints points;

    public FakeOrders(ManualTime time, FaultPoints points) {
        this.time = time;
        this.points = points;
    }

    public synchronized List<Order> all() {
        return rows.values().stream().map(it -> it.entry.order()).toList();
    }

    public synchronized List<Step> steps(OrderId id) {
        return rows.containsKey(id) ? List.copyOf(row(id).steps) : List.of();
    }

    /** Why the last attempt failed; empty if none did. */
    public synchronized String lastFailure(OrderId id) {
        return Objects.requireNonNullElse(row(id).lastFailure, "");
    }

    @Override
    public synchronized Claim claim(Order.Placed order, CardToken card, IdempotencyKey key, String fingerprint) {
        points.pass("before claim");
        var earlier = earlier(order.placement().customer(), key, fingerprint);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        keys.put(new Key(order.placement().customer().value(), key.value()), new Claimed(fingerprint, order.id()));
        var entry = new Entry(order, 1, 0);
        rows.put(order.id(), new Row(entry, card, time.now()));
        points.pass("after claim");
        return new Claim.Fresh(entry);
    }

    @Override
    public synchronized Optional<Claim.Earlier> earlier(CustomerId customer, IdempotencyKey key, String fingerprint) {
        return Optional.ofNullable(keys.get(new Key(customer.value(), key.value())))
                .map(it -> it.fingerprint().equals(fingerprint)
                        ? new Claim.Repeated(row(it.order()).entry)
                        : new Claim.OtherRequest());
    }

    @Override
    public synchronized Optional<Entry> write(Entry last, Order next) {
        points.pass("before write");
        var row = row(next.id());
        if (row.entry.version() != last.version() || row.entry.epoch() != last.epoch()) {
            return Optional.empty();
        }
        var written = new Entry(next, last.version() + 1, last.epoch());
        row.entry = written;
        if (next.state().hasEnded()) {
            row.card = null;
            row.leaseUntil = null;
            row.steps.add(Step.of(next.status()));
            announced.add(next);
        }
        points.pass("after write");
        return Optional.of(written);
    }

    @Override
    public synchronized boolean note(OrderId id, Fact.Followed step, Instant at) {
        var row = rows.get(id);
        if (row != null && row.noted.add(step)) {
            row.steps.add(step.step());
        }
        return row != null;
    }

    @Override
    public synchronized Optional<Entry> find(OrderId id) {
        points.pass("before find");
        return Optional.ofNullable(rows.get(id)).map(it -> it.entry);
    }

    @Override
    public synchronized List<Leased> lease(int most, Duration term) {
        points.pass("before lease");
        var now = time.now();
        var leased = new ArrayList<Leased>();
        for (var row : rows.values()) {
            var isFree = row.leaseUntil == null || !row.leaseUntil.isAfter(now);
            if (row.card != null && isFree && !row.nextAttemptAt.isAfter(now) && leased.size() < most) {
                row.entry = new Entry(row.entry.order(), row.entry.version(), row.entry.epoch() + 1);
                row.attempts++;
                row.leaseUntil = now.plus(term);
                leased.add(new Leased(
                        row.entry, row.card, row.attempts, Duration.between(row.journalledAt, now)));
            }
        }
        points.pass("after lease");
        return leased;
    }

    @Override
    public synchronized void defer(Leased leased, Duration pause, String why) {
        points.pass("before defer");
        var row = row(leased.entry().order().id());
        if (row.entry.epoch() == leased.entry().epoch() && row.card != null) {
            row.leaseUntil = null;
            row.nextAttemptAt = time.now().plus(pause);
            row.lastFailure = why;
        }
        points.pass("after defer");
    }

    @Override
    public synchronized Figures figures(Duration stuckAfter) {
        var open = open(Duration.ZERO, Integer.MAX_VALUE);
        return new Figures(
                open.size(),
                open(stuckAfter, Integer.MAX_VALUE).size(),
                open.isEmpty() ? Duration.ZERO : open.getFirst().age());
    }

    @Override
    public synchronized List<Open> open(Duration age, int most) {
        return rows.values().stream()
                .filter(it -> it.card != null)
                .map(this::told)
                .filter(it -> it.age().compareTo(age) >= 0)
                .sorted(Comparator.comparing(Open::age).reversed())
                .limit(most)
                .toList();
    }

    @Override
    public synchronized List<Open> becameStuck(Duration age) {
        var stuck = open(age, Integer.MAX_VALUE).stream()
                .filter(it -> !row(it.order().id()).alarmed)
                .toList();
        stuck.forEach(it -> row(it.order().id()).alarmed = true);
        return stuck;
    }

    @Override
    public synchronized Taking take(OrderId id, Duration term) {
        points.pass("before take");
        var row = rows.get(id);
        if (row == null) {
            return new Taking.NoSuchOrder();
        }
        if (row.card == null) {
            return new Taking.HasEnded(row.entry.order());
        }
        var open = told(row);
        if (open.leasedFor().isPositive()) {
            return new Taking.Busy(open.leasedFor());
        }
        if (row.attempts == 0 && open.dueIn().isPositive()) {
            return new Taking.Busy(open.dueIn());
        }
        row.entry = new Entry(row.entry.order(), row.entry.version(), row.entry.epoch() + 1);
        row.attempts++;
        row.leaseUntil = time.now().plus(term);
        var taken = new Leased(row.entry, row.card, row.attempts, open.age());
        points.pass("after take");
        return new Taking.Taken(taken);
    }

    private Open told(Row row) {
        var now = time.now();
        return new Open(
                row.entry.order(),
                row.entry.epoch(),
                row.attempts,
                Duration.between(row.journalledAt, now),
                row.leaseUntil == null ? Duration.ZERO : left(row.leaseUntil),
                left(row.nextAttemptAt),
                Objects.requireNonNullElse(row.lastFailure, ""));
    }

    private Duration left(Instant until) {
        var left = Duration.between(time.now(), until);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Row row(OrderId id) {
        var row = rows.get(id);
        if (row == null) {
            throw new AssertionError("no order " + id);
        }
        return row;
    }
}
