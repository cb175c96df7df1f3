package io.meridian.simulation.payment;

import io.meridian.payment.authorising.Announcements;
import io.meridian.payment.authorising.Payments;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State.Unfinished;
import io.meridian.payment.model.State.Voiding;
import io.meridian.payment.model.Transition;
import io.meridian.simulation.database.Connections;
import io.meridian.simulation.database.Transaction;
import io.meridian.simulation.engine.World;
import io.meridian.simulation.payment.PaymentRows.LogRow;
import io.meridian.simulation.payment.PaymentRows.PaymentRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Payments with their journal: statement for statement what {@code JdbcPayments} does, as functions on rows. */
public final class MemoryPayments implements Payments {

    /** What a planted bug may bend. */
    public interface Bends {

        Bends NONE = new Bends() {};

        /** Whether a write on an older version is taken. */
        default boolean takesOlderVersions() {
            return false;
        }


        /** Whether what is overdue is ever found. */
        default boolean findsOverdue() {
            return true;
        }

        /** Whether the fact is announced. */
        default boolean announces(Fact fact) {
            return true;
        }
    }

    private static final Duration FIRST_LOOK = Duration.ofMillis(2);

    /** Longer than the service's own, to save steps. */
    private static final Duration LONGEST_LOOK = Duration.ofMillis(400);

    private final World world;
    private final Connections connections;
    private final PaymentRows rows;
    private final TransactionTemplate transaction;
    private final Announcements announcements;
    private final Bends bends;

    public MemoryPayments(
            World world,
            Connections connections,
            PaymentRows rows,
            PlatformTransactionManager transactions,
            Announcements announcements,
            Bends bends) {
        this.world = world;
        this.connections = connections;
        this.rows = rows;
        this.transaction = new TransactionTemplate(transactions);
        this.announcements = announcements;
        this.bends = bends;
    }

    @Override
    public Optional<Payment> find(OrderId orderId) {
        return connections.run("find payment", it -> Optional.ofNullable(it.read(rows.payments, orderId))
                .map(PaymentRow::payment));
    }

    @Override
    public boolean open(Payment first) {
        return Boolean.TRUE.equals(transaction.execute(_ -> {
            if (!connections.run("open", it -> opened(it, first))) {
                return false;
            }
            if (first.state() instanceof Unfinished asked) {
                intend(first.orderId(), asked.operation(), first.updatedAt());
            }
            return true;
        }));
    }

    private boolean opened(Transaction it, Payment first) {
        return it.insert(rows.payments, first.orderId(), new PaymentRow(first));
    }

    @Override
    public void write(Transition transition) {
        transaction.executeWithoutResult(_ -> {
            var after = transition.after();
            var orderId = after.orderId();
            var decidedOn = transition.before().version();
            if (!connections.run("write payment", it -> {
                var row = it.lock(rows.payments, orderId);
                if (row == null || (row.payment().version() != decidedOn && !bends.takesOlderVersions())) {
                    return false;
                }
                it.write(rows.payments, orderId, new PaymentRow(after));
                return true;
            })) {
                throw new Overtaken(orderId, decidedOn);
            }
            var at = after.updatedAt();
            transition.decided().ifPresent(operation -> decide(orderId, operation, transition.answer()));
            transition.intent().ifPresent(operation -> intend(orderId, operation, at));
            transition.fact().ifPresent(fact -> {
                if (fact instanceof Fact.Captured && transition.before().state() instanceof Voiding) {
                    decide(orderId, Operation.CAPTURE, "SUCCEEDED");
                }
                if (bends.announces(fact)) {
                    announcements.announce(orderId, fact, at);
                }
            });
        });
    }

    @Override
    public Payment raise(Payment seen, long epoch) {
        var later = seen.askedIn(epoch);
        if (!connections.run("raise", it -> {
            var row = it.lock(rows.payments, seen.orderId());
            if (row == null || row.payment().version() != seen.version()) {
                return false;
            }
            it.write(rows.payments, seen.orderId(), new PaymentRow(later));
            return true;
        })) {
            throw new Overtaken(seen.orderId(), seen.version());
        }
        return later;
    }

    @Override
    public void announce(OrderId orderId, Fact fact, Instant at) {
        transaction.executeWithoutResult(_ -> announcements.announce(orderId, fact, at));
    }

    @Override
    public void postpone(Payment payment, Instant dueAt) {
        var _ = connections.run("postpone", it -> {
            var row = it.lock(rows.payments, payment.orderId());
            if (row == null || row.payment().version() != payment.version()) {
                return false;
            }
            var now = row.payment();
            it.write(
                    rows.payments,
                    payment.orderId(),
                    new PaymentRow(new Payment(
                            now.orderId(), now.epoch(), now.state(), now.version(), now.attempts() + 1, now.updatedAt(), dueAt)));
            return true;
        });
    }

    @Override
    public Payment awaitChange(Payment seen, Duration atMost) {
        var giveUp = world.nanos() + atMost.toNanos();
        var look = FIRST_LOOK;
        var payment = seen;
        while (payment.version() == seen.version() && world.nanos() < giveUp) {
            world.sleep(look.toNanos());
            look = look.multipliedBy(2).compareTo(LONGEST_LOOK) < 0 ? look.multipliedBy(2) : LONGEST_LOOK;
            payment = find(seen.orderId()).orElse(seen);
        }
        return payment;
    }

    @Override
    public List<Payment> claimDue(Instant now, Instant leasedUntil, int atMost) {
        if (!bends.findsOverdue()) {
            return List.of();
        }
        return connections.run("claim due", it -> {
            var due = rows.payments.rows().values().stream()
                    .map(PaymentRow::payment)
                    .filter(payment -> payment.dueAt() != null && !payment.dueAt().isAfter(now))
                    .sorted(Comparator.comparing(MemoryPayments::dueAt))
                    .limit(atMost)
                    .toList();
            var claimed = new ArrayList<Payment>();
            for (var payment : due) {
                if (it.lockIfFree(rows.payments, payment.orderId())) {
                    var leased = new Payment(
                            payment.orderId(),
                            payment.epoch(),
                            payment.state(),
                            payment.version(),
                            payment.attempts(),
                            payment.updatedAt(),
                            leasedUntil);
                    it.write(rows.payments, payment.orderId(), new PaymentRow(leased));
                    claimed.add(leased);
                }
            }
            return claimed;
        });
    }

    private void intend(OrderId orderId, Operation operation, Instant at) {
        var _ = connections.run(
                "intend",
                it -> it.insert(
                        rows.log, IdempotencyKey.of(orderId, operation), new LogRow(orderId, operation, at, null)));
    }

    private void decide(OrderId orderId, Operation operation, Optional<Answer> answer) {
        switch (answer.orElse(new Answer.Unanswered())) {
            case Answer.Done _ -> decide(orderId, operation, "SUCCEEDED");
            case Answer.Declined _ -> decide(orderId, operation, "DECLINED");
            case Answer.Gone _ -> decide(orderId, operation, "GONE");
            case Answer.Failed _ -> decide(orderId, operation, "FAILED");
            case Answer.NeverAsked _ -> decide(orderId, operation, "NEVER_ASKED");
            case Answer.Unanswered _ ->
                throw new IllegalArgumentException("No answer decides nothing, but " + operation + " was left");
        }
    }

    private void decide(OrderId orderId, Operation operation, String outcome) {
        var _ = connections.run("decide", it -> {
            var key = IdempotencyKey.of(orderId, operation);
            var row = it.lock(rows.log, key);
            if (row == null) {
                return false;
            }
            it.write(rows.log, key, new LogRow(orderId, operation, row.intendedAt(), outcome));
            return true;
        });
    }

    private static Instant dueAt(@Nullable Payment payment) {
        return Objects.requireNonNull(Objects.requireNonNull(payment).dueAt());
    }
}
