package io.meridian.payment.authorising;

import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State;
import io.meridian.payment.model.State.Unfinished;
import io.meridian.payment.model.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Payments in memory, with the journal and the announcements to look at. */
final class FakePayments implements Payments {

    record Announcement(OrderId orderId, Fact fact) {}

    /** By idempotency key; empty while nobody knows. */
    final Map<IdempotencyKey, Optional<Answer>> journal = new HashMap<>();

    final List<Announcement> announcements = new ArrayList<>();

    final List<State> states = new ArrayList<>();

    private final Map<OrderId, Payment> payments = new HashMap<>();

    @Override
    public synchronized Optional<Payment> find(OrderId orderId) {
        return Optional.ofNullable(payments.get(orderId));
    }

    @Override
    public synchronized boolean open(Payment first) {
        if (payments.putIfAbsent(first.orderId(), first) != null) {
            return false;
        }
        states.add(first.state());
        if (first.state() instanceof Unfinished asked) {
            intend(first.orderId(), asked.operation());
        }
        notifyAll();
        return true;
    }

    @Override
    public synchronized void write(Transition transition) {
        var after = transition.after();
        var orderId = after.orderId();
        var now = payments.get(orderId);
        if (now == null || now.version() != transition.before().version()) {
            throw new Overtaken(orderId, transition.before().version());
        }
        payments.put(orderId, after);
        states.add(after.state());
        transition.decided().ifPresent(operation -> journal.put(
                IdempotencyKey.of(orderId, operation), Optional.of(transition.answer().orElseThrow())));
        transition.intent().ifPresent(operation -> intend(orderId, operation));
        transition.fact().ifPresent(fact -> announcements.add(new Announcement(orderId, fact)));
        notifyAll();
    }

    @Override
    public synchronized Payment raise(Payment seen, long epoch) {
        if (get(seen.orderId()).version() != seen.version()) {
            throw new Overtaken(seen.orderId(), seen.version());
        }
        payments.put(seen.orderId(), seen.askedIn(epoch));
        notifyAll();
        return seen.askedIn(epoch);
    }

    @Override
    public synchronized void announce(OrderId orderId, Fact fact, Instant at) {
        announcements.add(new Announcement(orderId, fact));
    }

    @Override
    public synchronized void postpone(Payment payment, Instant dueAt) {
        payments.computeIfPresent(
                payment.orderId(),
                (_, now) -> now.version() == payment.version() ? due(now, now.attempts() + 1, dueAt) : now);
    }

    @Override
    public synchronized Payment awaitChange(Payment seen, Duration atMost) {
        var giveUp = System.nanoTime() + atMost.toNanos();
        while (get(seen.orderId()).version() == seen.version() && System.nanoTime() - giveUp < 0) {
            try {
                wait(Math.max(1, (giveUp - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return get(seen.orderId());
    }

    @Override
    public synchronized List<Payment> claimDue(Instant now, Instant leasedUntil, int atMost) {
        var due = payments.values().stream()
                .filter(it -> it.dueAt() != null && !it.dueAt().isAfter(now))
                .sorted(Comparator.comparing(Payment::dueAt))
                .limit(atMost)
                .map(it -> due(it, it.attempts(), leasedUntil))
                .toList();
        due.forEach(it -> payments.put(it.orderId(), it));
        return due;
    }

    synchronized State state(OrderId orderId) {
        return get(orderId).state();
    }

    synchronized Payment get(OrderId orderId) {
        return find(orderId).orElseThrow();
    }

    synchronized List<Fact> facts() {
        return announcements.stream().map(Announcement::fact).toList();
    }

    synchronized @Nullable Optional<Answer> journalled(OrderId orderId, Operation operation) {
        return journal.get(IdempotencyKey.of(orderId, operation));
    }

    private void intend(OrderId orderId, Operation operation) {
        journal.putIfAbsent(IdempotencyKey.of(orderId, operation), Optional.empty());
    }

    private static Payment due(Payment payment, int attempts, Instant dueAt) {
        return new Payment(
                payment.orderId(),
                payment.epoch(),
                payment.state(),
                payment.version(),
                attempts,
                payment.updatedAt(),
                dueAt);
    }
}
