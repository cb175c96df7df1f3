package io.meridian.payment.store;

import io.meridian.deadline.DeadlineScope;
import io.meridian.payment.authorising.Announcements;
import io.meridian.payment.authorising.Backlog;
import io.meridian.payment.authorising.Payments;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Authorisation;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Authorising;
import io.meridian.payment.model.State.Captured;
import io.meridian.payment.model.State.Capturing;
import io.meridian.payment.model.State.Charged;
import io.meridian.payment.model.State.Closed;
import io.meridian.payment.model.State.Declined;
import io.meridian.payment.model.State.Failed;
import io.meridian.payment.model.State.Refunded;
import io.meridian.payment.model.State.Refunding;
import io.meridian.payment.model.State.Undoable;
import io.meridian.payment.model.State.Unfinished;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voided;
import io.meridian.payment.model.State.Voiding;
import io.meridian.payment.model.Token;
import io.meridian.payment.model.Transition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Payments as rows of {@code payments}, their journal as rows of {@code payment_log}.
 *
 * <p>Every change names the version it was decided on, so two deciders cannot both write; the journal's keys and its partial
 * unique index hold "once" and "captured at most once" even if all of this class were wrong.
 */
public final class JdbcPayments implements Payments, Backlog {

    private static final String FIND = """
            SELECT * FROM payments WHERE order_id = :orderId
            """;

    private static final String OPEN = """
            INSERT INTO payments (order_id, epoch, status, amount, currency, token, undo, decline_reason,
                                  provider_reference, expires_at, version, attempts, due_at, updated_at)
            VALUES (:orderId, :epoch, :status, :amount, :currency, :token, :undo, :declineReason,
                    :reference, :expiresAt, :version, :attempts, :dueAt, :updatedAt)
            ON CONFLICT (order_id) DO NOTHING
            """;

    /** The reference stays once it is known, also when the authorisation is gone: people ask the provider by it. */
    private static final String WRITE = """
            UPDATE payments
            SET status = :status, undo = :undo, decline_reason = :declineReason,
                provider_reference = COALESCE(:reference, provider_reference), expires_at = :expiresAt,
                version = :version, attempts = :attempts, due_at = :dueAt, updated_at = :updatedAt
            WHERE order_id = :orderId AND version = :decidedOn
            """;

    /** An operation that is intended again (a void that had to wait for a capture) keeps its first entry and its key. */
    private static final String INTEND = """
            INSERT INTO payment_log (order_id, operation, idempotency_key, intended_at)
            VALUES (:orderId, :operation, :key, :at)
            ON CONFLICT DO NOTHING
            """;

    private static final String DECIDE = """
            UPDATE payment_log
            SET outcome = :outcome, provider_reference = :reference, decided_at = :at
            WHERE idempotency_key = :key
            """;

    private static final String RAISE = """
            UPDATE payments SET epoch = :epoch, version = version + 1 WHERE order_id = :orderId AND version = :version
            """;

    private static final String POSTPONE = """
            UPDATE payments SET attempts = attempts + 1, due_at = :dueAt
            WHERE order_id = :orderId AND version = :version
            """;

    private static final String CLAIM_DUE = """
            UPDATE payments SET due_at = :leasedUntil
            WHERE order_id IN (
                SELECT order_id FROM payments
                WHERE due_at <= :now
                ORDER BY due_at
                LIMIT :atMost
                FOR UPDATE SKIP LOCKED)
            RETURNING *
            """;

    /** What is due some day, without what merely waits for its order; a small part of a small index. */
    private static final String UNFINISHED = """
            FROM (
                SELECT *, CASE status WHEN 'AUTHORISED' THEN expires_at ELSE updated_at END AS since
                FROM payments
                WHERE due_at IS NOT NULL AND (status <> 'AUTHORISED' OR expires_at <= :now)) p
            """;

    private static final String FIGURES = """
            SELECT count(*) AS unfinished, count(*) FILTER (WHERE since <= :stuckBefore) AS stuck, min(since) AS oldest
            """ + UNFINISHED;

    private static final String OPEN_ONES = """
            SELECT *
            """ + UNFINISHED + """
            WHERE since <= :before
            ORDER BY since, order_id
            LIMIT :most
            """;

    /** Waiting is for the rare second asker, so it may cost a look at the row now and then; the first look comes soon. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(2);

    private static final Duration LONGEST_LOOK = Duration.ofMillis(50);

    private static final Duration LONGEST_WRITE = Duration.ofSeconds(2);

    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final Announcements announcements;

    public JdbcPayments(JdbcClient jdbc, TransactionOperations transaction, Announcements announcements) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.announcements = announcements;
    }

    @Override
    public Optional<Payment> find(OrderId orderId) {
        return jdbc.sql(FIND)
                .param("orderId", orderId.value())
                .query(JdbcPayments::payment)
                .optional();
    }

    @Override
    public boolean open(Payment first) {
        return Boolean.TRUE.equals(transaction.execute(_ -> {
            if (bound(OPEN, first).param("epoch", first.epoch()).update() == 0) {
                return false;
            }
            if (first.state() instanceof Unfinished asked) {
                intend(first.orderId(), asked.operation(), first.updatedAt());
            }
            return true;
        }));
    }

    /** Not cut short by the caller's deadline: what the provider has answered is known only here. */
    @Override
    public void write(Transition transition) {
        DeadlineScope.detached("payment-answer", LONGEST_WRITE, () -> {
            written(transition);
            return true;
        });
    }

    private void written(Transition transition) {
        transaction.executeWithoutResult(_ -> {
            var after = transition.after();
            var orderId = after.orderId();
            var at = after.updatedAt();
            var decidedOn = transition.before().version();
            if (bound(WRITE, after).param("decidedOn", decidedOn).update() == 0) {
                throw new Overtaken(orderId, decidedOn);
            }
            transition.decided().ifPresent(operation -> decide(orderId, operation, transition.answer(), at));
            transition.intent().ifPresent(operation -> intend(orderId, operation, at));
            transition.fact().ifPresent(fact -> {
                noteCapture(orderId, fact, transition, at);
                announcements.announce(orderId, fact, at);
            });
        });
    }

    @Override
    public Payment raise(Payment seen, long epoch) {
        var raised = jdbc.sql(RAISE)
                .param("orderId", seen.orderId().value())
                .param("version", seen.version())
                .param("epoch", epoch)
                .update();
        if (raised == 0) {
            throw new Overtaken(seen.orderId(), seen.version());
        }
        return seen.askedIn(epoch);
    }

    @Override
    public void announce(OrderId orderId, Fact fact, Instant at) {
        transaction.executeWithoutResult(_ -> announcements.announce(orderId, fact, at));
    }

    @Override
    public void postpone(Payment payment, Instant dueAt) {
        DeadlineScope.detached("payment-answer", LONGEST_WRITE, () -> jdbc.sql(POSTPONE)
                .param("orderId", payment.orderId().value())
                .param("version", payment.version())
                .param("dueAt", utc(dueAt))
                .update());
    }

    @Override
    public Payment awaitChange(Payment seen, Duration atMost) {
        var giveUp = System.nanoTime() + atMost.toNanos();
        var look = FIRST_LOOK;
        var payment = seen;
        while (payment.version() == seen.version() && System.nanoTime() - giveUp < 0) {
            if (!slept(look)) {
                return payment;
            }
            look = look.multipliedBy(2).compareTo(LONGEST_LOOK) < 0 ? look.multipliedBy(2) : LONGEST_LOOK;
            payment = find(seen.orderId()).orElse(seen);
        }
        return payment;
    }

    @Override
    public List<Payment> claimDue(Instant now, Instant leasedUntil, int atMost) {
        return jdbc.sql(CLAIM_DUE)
                .param("now", utc(now))
                .param("leasedUntil", utc(leasedUntil))
                .param("atMost", atMost)
                .query(JdbcPayments::payment)
                .list();
    }

    @Override
    public Figures figures(Instant now, Instant stuckBefore) {
        return jdbc.sql(FIGURES)
                .param("now", utc(now))
                .param("stuckBefore", utc(stuckBefore))
                .query((row, _) -> {
                    var oldest = instant(row, "oldest");
                    return new Figures(
                            row.getLong("unfinished"),
                            row.getLong("stuck"),
                            oldest == null ? Duration.ZERO : Duration.between(oldest, now));
                })
                .single();
    }

    @Override
    public List<Open> open(Instant now, Instant before, int most) {
        return jdbc.sql(OPEN_ONES)
                .param("now", utc(now))
                .param("before", utc(before))
                .param("most", most)
                .query((row, number) -> new Open(
                        payment(row, number),
                        row.getObject("since", OffsetDateTime.class).toInstant()))
                .list();
    }

    private void intend(OrderId orderId, Operation operation, Instant at) {
        jdbc.sql(INTEND)
                .param("orderId", orderId.value())
                .param("operation", operation.name())
                .param("key", IdempotencyKey.of(orderId, operation).value())
                .param("at", utc(at))
                .update();
    }

    private void decide(OrderId orderId, Operation operation, Optional<Answer> answer, Instant at) {
        switch (answer.orElse(new Answer.Unanswered())) {
            case Answer.Done(var reference) -> decide(orderId, operation, "SUCCEEDED", reference, at);
            case Answer.Declined _ -> decide(orderId, operation, "DECLINED", null, at);
            case Answer.Gone _ -> decide(orderId, operation, "GONE", null, at);
            case Answer.Failed _ -> decide(orderId, operation, "FAILED", null, at);
            case Answer.NeverAsked _ -> decide(orderId, operation, "NEVER_ASKED", null, at);
            case Answer.Unanswered _ ->
                throw new IllegalArgumentException("No answer decides nothing, but " + operation + " was left");
        }
    }

    private void decide(
            OrderId orderId, Operation operation, String outcome, @Nullable String reference, Instant at) {
        jdbc.sql(DECIDE)
                .param("key", IdempotencyKey.of(orderId, operation).value())
                .param("outcome", outcome)
                .param("reference", reference, Types.VARCHAR)
                .param("at", utc(at))
                .update();
    }

    /** A capture that was given up for lost and had arrived: the void's answer is how we learn of it. */
    private void noteCapture(OrderId orderId, Fact fact, Transition transition, Instant at) {
        if (fact instanceof Fact.Captured && transition.before().state() instanceof Voiding) {
            decide(orderId, Operation.CAPTURE, "SUCCEEDED", null, at);
        }
    }

    private StatementSpec bound(String sql, Payment payment) {
        var state = payment.state();
        var charge = state instanceof Charged charged ? charged.charge() : null;
        var authorisation = authorisation(state);
        return jdbc.sql(sql)
                .param("orderId", payment.orderId().value())
                .param("status", status(state))
                .param("amount", charge == null ? null : charge.amount().amount(), Types.BIGINT)
                .param("currency", charge == null ? null : charge.amount().currency(), Types.VARCHAR)
                .param("token", charge == null ? null : charge.token().secret(), Types.VARCHAR)
                .param("undo", state instanceof Undoable undoable && undoable.undo())
                .param(
                        "declineReason",
                        state instanceof Declined(_, var reason) ? reason.name() : null,
                        Types.VARCHAR)
                .param("reference", authorisation == null ? null : authorisation.reference(), Types.VARCHAR)
                .param(
                        "expiresAt",
                        authorisation == null ? null : utc(authorisation.expiresAt()),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("version", payment.version())
                .param("attempts", payment.attempts())
                .param(
                        "dueAt",
                        payment.dueAt() == null ? null : utc(payment.dueAt()),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("updatedAt", utc(payment.updatedAt()));
    }

    private static String status(State state) {
        return switch (state) {
            case Closed _ -> "CLOSED";
            case Authorising _ -> "AUTHORISING";
            case Unknown _ -> "UNKNOWN";
            case Authorised _ -> "AUTHORISED";
            case Declined _ -> "DECLINED";
            case Failed _ -> "FAILED";
            case Capturing _ -> "CAPTURING";
            case Captured _ -> "CAPTURED";
            case Voiding _ -> "VOIDING";
            case Voided _ -> "VOIDED";
            case Refunding _ -> "REFUNDING";
            case Refunded _ -> "REFUNDED";
        };
    }

    private static @Nullable Authorisation authorisation(State state) {
        return switch (state) {
            case Authorised(_, var authorisation) -> authorisation;
            case Capturing(_, var authorisation, _) -> authorisation;
            case Captured(_, var authorisation) -> authorisation;
            case Closed _, Authorising _, Unknown _, Declined _, Failed _ -> null;
            case Voiding _, Voided _, Refunding _, Refunded _ -> null;
        };
    }

    static Payment payment(ResultSet row, int number) throws SQLException {
        return new Payment(
                new OrderId(row.getObject("order_id", UUID.class)),
                row.getLong("epoch"),
                state(row),
                row.getLong("version"),
                row.getInt("attempts"),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                instant(row, "due_at"));
    }

    private static State state(ResultSet row) throws SQLException {
        var status = row.getString("status");
        var undo = row.getBoolean("undo");
        return switch (status) {
            case "CLOSED" -> new Closed();
            case "AUTHORISING" -> new Authorising(charge(row), undo);
            case "UNKNOWN" -> new Unknown(charge(row), undo);
            case "AUTHORISED" -> new Authorised(charge(row), authorisation(row));
            case "DECLINED" -> new Declined(charge(row), DeclineReason.valueOf(row.getString("decline_reason")));
            case "FAILED" -> new Failed(charge(row));
            case "CAPTURING" -> new Capturing(charge(row), authorisation(row), undo);
            case "CAPTURED" -> new Captured(charge(row), authorisation(row));
            case "VOIDING" -> new Voiding(charge(row));
            case "VOIDED" -> new Voided(charge(row));
            case "REFUNDING" -> new Refunding(charge(row));
            case "REFUNDED" -> new Refunded(charge(row));
            default -> throw new IllegalStateException("payments.status holds " + status + ", which no release wrote");
        };
    }

    private static Charge charge(ResultSet row) throws SQLException {
        return new Charge(
                new Money(row.getLong("amount"), row.getString("currency")),
                new Token(row.getString("token")));
    }

    private static Authorisation authorisation(ResultSet row) throws SQLException {
        return new Authorisation(
                row.getString("provider_reference"),
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static boolean slept(Duration duration) {
        try {
            Thread.sleep(duration);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
