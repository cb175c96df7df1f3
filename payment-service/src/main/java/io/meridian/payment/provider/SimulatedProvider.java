package io.meridian.payment.provider;

import io.meridian.payment.authorising.Provider;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Answer.Declined;
import io.meridian.payment.model.Answer.Done;
import io.meridian.payment.model.Answer.Failed;
import io.meridian.payment.model.Answer.Gone;
import io.meridian.payment.model.Answer.Unanswered;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.Token;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The demo's card provider. It behaves as one elsewhere would: it has a ledger of its own, written over connections of its own,
 * so that what it did stays done when we crash or roll back; it does each key once; and it may do something and never say so.
 *
 * <table>
 * <caption>Its cards</caption>
 * <tr><td>{@code tok_ok}</td><td>answers at once</td></tr>
 * <tr><td>{@code tok_slow_<ms>}</td><td>authorises, but decides and answers only after so many milliseconds (0 to 60000)</td></tr>
 * <tr><td>{@code tok_timeout}</td><td>authorises and captures, but does not answer; a query tells the truth</td></tr>
 * <tr><td>{@code tok_error}</td><td>says that it failed; nothing is done</td></tr>
 * <tr><td>{@code tok_declined}, {@code tok_insufficient_funds}</td><td>refuses, saying which</td></tr>
 * <tr><td>anything else</td><td>refuses: unknown card</td></tr>
 * </table>
 */
public final class SimulatedProvider implements Provider {

    private static final String GONE = "GONE";

    /** Longer than any timeout in front of it; then even this provider hangs up. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    /** The key is taken first, so that of two at once the second waits here and finds the first one's answer. */
    private static final String TAKE = """
            INSERT INTO provider.requests (idempotency_key, operation, answer, decided_at)
            VALUES (:key, :operation, :answer, now() + :workingMs * INTERVAL '1 millisecond')
            ON CONFLICT (idempotency_key) DO NOTHING
            """;

    private static final String ANSWER = """
            UPDATE provider.requests SET answer = :answer, reference = :reference WHERE idempotency_key = :key
            """;

    private static final String RECORDED = """
            SELECT answer, reference,
                   CEIL(EXTRACT(EPOCH FROM decided_at - clock_timestamp()) * 1000) AS working_ms
            FROM provider.requests WHERE idempotency_key = :key
            """;

    private static final String RESERVE = """
            INSERT INTO provider.authorisations (idempotency_key, reference, token, amount, currency, status)
            VALUES (:key, :reference, :token, :amount, :currency, 'RESERVED')
            """;

    private static final String LOCK = """
            SELECT * FROM provider.authorisations WHERE idempotency_key = :key FOR UPDATE
            """;

    private static final String CHANGE = """
            UPDATE provider.authorisations SET status = :status WHERE reference = :reference
            """;

    private static final String MOVE = """
            INSERT INTO provider.movements (reference, kind, amount) VALUES (:reference, :kind, :amount)
            """;

    private final JdbcClient jdbc;
    private final TransactionOperations transaction;

    /** @param transaction over the same connections as {@code jdbc}, which nobody else uses */
    public SimulatedProvider(JdbcClient jdbc, TransactionOperations transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    @Override
    public Answer authorise(IdempotencyKey key, Charge charge) {
        return switch (Card.of(charge.token())) {
            case Card.Broken _ -> new Failed();
            case Card.Refused(var reason) ->
                spoken(once(key, Operation.AUTHORISE, Duration.ZERO, () -> new Declined(reason)));
            case Card.Good(var working) ->
                spoken(once(key, Operation.AUTHORISE, working, () -> reserved(key, charge)));
            case Card.Silent _ -> {
                var _ = once(key, Operation.AUTHORISE, Duration.ZERO, () -> reserved(key, charge));
                yield silent();
            }
        };
    }

    @Override
    public Answer capture(IdempotencyKey key, IdempotencyKey authorisation, Money amount) {
        var recorded = once(key, Operation.CAPTURE, Duration.ZERO, () -> found(authorisation)
                .filter(it -> it.status().equals("RESERVED") && it.amount().equals(amount))
                .map(it -> moved(it, "CAPTURED"))
                .orElse(new Gone()));
        var card = found(authorisation).map(it -> Card.of(it.token()));
        return card.isPresent() && card.get() instanceof Card.Silent ? silent() : spoken(recorded);
    }

    @Override
    public Answer cancel(IdempotencyKey key, IdempotencyKey authorisation) {
        return spoken(once(key, Operation.VOID, Duration.ZERO, () -> {
            if (taken(authorisation, Operation.AUTHORISE, Duration.ZERO)) {
                return new Done(key.value()); // it was not asked for yet; now it will be refused when it is
            }
            var reserved = found(authorisation);
            if (reserved.isEmpty() || reserved.get().status().equals("CANCELLED")) {
                return new Done(key.value());
            }
            return reserved.get().status().equals("RESERVED") ? moved(reserved.get(), "CANCELLED") : new Gone();
        }));
    }

    @Override
    public Answer refund(IdempotencyKey key, IdempotencyKey authorisation, Money amount) {
        return spoken(once(key, Operation.REFUND, Duration.ZERO, () -> found(authorisation)
                .filter(it -> it.status().equals("CAPTURED") && it.amount().equals(amount))
                .map(it -> moved(it, "REFUNDED"))
                .orElse(new Gone())));
    }

    @Override
    public Standing query(IdempotencyKey key) {
        return recorded(key)
                .map(it -> it.working().isPositive() ? new Standing.Working() : new Standing.Known(it.answer()))
                .orElse(new Standing.Unseen());
    }

    private Recorded once(IdempotencyKey key, Operation operation, Duration working, Supplier<Answer> effect) {
        transaction.executeWithoutResult(_ -> {
            if (taken(key, operation, working)) {
                answered(key, effect.get());
            }
        });
        return recorded(key).orElseThrow();
    }

    /** Whether the key was free; it is taken as refused until the effect says otherwise. */
    private boolean taken(IdempotencyKey key, Operation operation, Duration working) {
        return jdbc.sql(TAKE)
                        .param("key", key.value())
                        .param("operation", operation.name())
                        .param("answer", GONE)
                        .param("workingMs", working.toMillis())
                        .update()
                == 1;
    }

    private void answered(IdempotencyKey key, Answer answer) {
        var reference = answer instanceof Done(var it) ? it : null;
        jdbc.sql(ANSWER)
                .param("key", key.value())
                .param("answer", word(answer))
                .param("reference", reference, Types.VARCHAR)
                .update();
    }

    private Answer reserved(IdempotencyKey key, Charge charge) {
        var reference = "sim_" + UUID.randomUUID();
        jdbc.sql(RESERVE)
                .param("key", key.value())
                .param("reference", reference)
                .param("token", charge.token().secret())
                .param("amount", charge.amount().amount())
                .param("currency", charge.amount().currency())
                .update();
        move(reference, "RESERVED", charge.amount());
        return new Done(reference);
    }

    private Answer moved(Reserved reserved, String status) {
        jdbc.sql(CHANGE)
                .param("reference", reserved.reference())
                .param("status", status)
                .update();
        move(reserved.reference(), status, reserved.amount());
        return new Done(reserved.reference());
    }

    private void move(String reference, String kind, Money amount) {
        jdbc.sql(MOVE)
                .param("reference", reference)
                .param("kind", kind)
                .param("amount", amount.amount())
                .update();
    }

    private Optional<Reserved> found(IdempotencyKey authorisation) {
        return jdbc.sql(LOCK)
                .param("key", authorisation.value())
                .query((row, _) -> new Reserved(
                        row.getString("reference"),
                        new Token(row.getString("token")),
                        new Money(row.getLong("amount"), row.getString("currency")),
                        row.getString("status")))
                .optional();
    }

    private Optional<Recorded> recorded(IdempotencyKey key) {
        return jdbc.sql(RECORDED)
                .param("key", key.value())
                .query((row, _) -> new Recorded(answer(row), Duration.ofMillis(row.getLong("working_ms"))))
                .optional();
    }

    private static Answer spoken(Recorded recorded) {
        return waited(recorded.working()) ? recorded.answer() : new Unanswered();
    }

    private static Answer silent() {
        var _ = waited(SILENCE);
        return new Unanswered();
    }

    /** False if whoever asked has hung up. */
    private static boolean waited(Duration duration) {
        try {
            if (duration.isPositive()) {
                Thread.sleep(duration);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String word(Answer answer) {
        return switch (answer) {
            case Done _ -> "DONE";
            case Declined(var reason) -> reason.name();
            case Gone _ -> GONE;
            case Failed _, Answer.NeverAsked _, Unanswered _ ->
                throw new IllegalArgumentException("Nothing was decided, so nothing is recorded: " + answer);
        };
    }

    private static Answer answer(ResultSet row) throws SQLException {
        var word = row.getString("answer");
        return switch (word) {
            case "DONE" -> new Done(row.getString("reference"));
            case GONE -> new Gone();
            default -> new Declined(DeclineReason.valueOf(word));
        };
    }

    private record Reserved(String reference, Token token, Money amount, String status) {}

    /** @param working how much longer the provider works on it; not positive once it is decided */
    private record Recorded(Answer answer, Duration working) {}
}
