package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.payment.authorising.Payments.Overtaken;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Authorisation;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Authorising;
import io.meridian.payment.model.State.Captured;
import io.meridian.payment.model.State.Capturing;
import io.meridian.payment.model.State.Closed;
import io.meridian.payment.model.State.Declined;
import io.meridian.payment.model.State.Failed;
import io.meridian.payment.model.State.Refunded;
import io.meridian.payment.model.State.Refunding;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voided;
import io.meridian.payment.model.State.Voiding;
import io.meridian.payment.model.Token;
import io.meridian.payment.model.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the use cases rely on, wherever payments are written down. */
public abstract class PaymentsContract {

    /** Far ahead, so that nobody else finds these payments due. */
    protected static final Instant NOW = Instant.parse("2091-02-03T04:05:06.789012Z");

    protected final OrderId order = new OrderId(UUID.randomUUID());
    private final Charge charge = new Charge(new Money(1_999, "EUR"), new Token("tok_ok"));
    private final Authorisation authorisation = new Authorisation("ref-1", NOW.plusSeconds(60));
    private final Payment first = Payment.first(order, 0, new Authorising(charge, false), NOW, NOW.plusSeconds(3));

    protected abstract Payments payments();

    /** What was announced about {@link #order}, in order. */
    protected abstract List<Fact> announced();

    /** The outcome of an operation in the journal of {@link #order}: empty if it was never intended, "" while it is open. */
    protected abstract Optional<String> journalled(Operation operation);

    @Test
    void theFirstOpensAndIsFoundAsItWasWritten() {
        assertThat(payments().find(order)).isEmpty();

        assertThat(payments().open(first)).isTrue();

        assertThat(payments().find(order)).contains(first);
        assertThat(journalled(Operation.AUTHORISE)).contains("");
    }

    @Test
    void ofFiftyAtOnceOneOpens() throws Exception {
        var opened = Scene.atOnce(50, () -> payments().open(first));

        assertThat(opened.stream().filter(it -> it)).hasSize(1);
    }

    @Test
    void everyStateIsReadAsItWasWritten() {
        var states = List.<State>of(
                new Unknown(charge, false),
                new Unknown(charge, true),
                new Authorised(charge, authorisation),
                new Capturing(charge, authorisation, false),
                new Capturing(charge, authorisation, true),
                new Captured(charge, authorisation),
                new Refunding(charge),
                new Refunded(charge),
                new Voiding(charge),
                new Voided(charge),
                new Failed(charge),
                new Declined(charge, DeclineReason.INSUFFICIENT_FUNDS));
        payments().open(first);
        var before = first;
        for (var state : states) {
            var after = before.becomes(state, NOW.plusSeconds(1), NOW.plusSeconds(9));

            payments().write(new Transition(before, after, Optional.of(new Answer.Done("ref-1"))));

            assertThat(payments().find(order)).contains(after);
            before = after;
        }
    }

    @Test
    void aTombstoneIsFoundAndJournalsNothing() {
        var closed = Payment.first(order, 0, new Closed(), NOW, null);

        assertThat(payments().open(closed)).isTrue();

        assertThat(payments().find(order)).contains(closed);
        assertThat(payments().open(first)).isFalse();
        assertThat(journalled(Operation.AUTHORISE)).isEmpty();
    }

    @Test
    void aChangeJournalsItsOutcomeAndItsIntentAndIsAnnounced() {
        payments().open(first);
        var authorised = write(first, new Authorised(charge, authorisation), new Answer.Done("ref-1"));
        assertThat(journalled(Operation.AUTHORISE)).contains("SUCCEEDED");
        assertThat(announced()).isEmpty();

        var capturing = authorised.becomes(new Capturing(charge, authorisation, false), NOW, NOW);
        payments().write(new Transition(authorised, capturing, Optional.empty()));
        assertThat(journalled(Operation.CAPTURE)).contains("");

        write(capturing, new Captured(charge, authorisation), new Answer.Done("ref-1"));
        assertThat(journalled(Operation.CAPTURE)).contains("SUCCEEDED");
        assertThat(announced()).containsExactly(new Fact.Captured(charge.amount()));
    }

    @Test
    void aLaterOwnerIsRememberedAndNothingElseChanges() {
        payments().open(first);

        var raised = payments().raise(first, 3);

        assertThat(raised).isEqualTo(first.askedIn(3));
        assertThat(payments().find(order)).contains(raised);
        assertThat(announced()).isEmpty();
        assertThat(payments().find(order).orElseThrow().updatedAt()).isEqualTo(first.updatedAt());
    }

    @Test
    void whatWasDecidedOnForAnEarlierOwnerIsNotWritten() {
        payments().open(first);
        payments().raise(first, 3);

        assertThatThrownBy(() -> write(first, new Authorised(charge, authorisation), new Answer.Done("ref-1")))
                .isInstanceOf(Overtaken.class);
        assertThatThrownBy(() -> payments().raise(first, 4)).isInstanceOf(Overtaken.class);
        assertThat(journalled(Operation.AUTHORISE)).contains("");
    }

    @Test
    void theEpochOfWhoeverOpensIsRemembered() {
        payments().open(Payment.first(order, 7, new Authorising(charge, false), NOW, NOW.plusSeconds(3)));

        assertThat(payments().find(order)).map(Payment::epoch).contains(7L);
    }

    @Test
    void aChangeDecidedOnAnOlderVersionWritesNothing() {
        payments().open(first);
        var authorised = write(first, new Authorised(charge, authorisation), new Answer.Done("ref-1"));

        assertThatThrownBy(() -> write(first, new Failed(charge), new Answer.Failed()))
                .isInstanceOf(Overtaken.class);

        assertThat(payments().find(order)).contains(authorised);
        assertThat(journalled(Operation.AUTHORISE)).contains("SUCCEEDED");
    }

    @Test
    void waitingEndsWithTheChange() throws Exception {
        payments().open(first);

        var waiting =
                CompletableFuture.supplyAsync(() -> payments().awaitChange(first, Duration.ofSeconds(30)));
        var failed = write(first, new Failed(charge), new Answer.Failed());

        assertThat(waiting.get()).isEqualTo(failed);
    }

    @Test
    void waitingEndsWhenTheTimeIsUp() {
        payments().open(first);

        assertThat(payments().awaitChange(first, Duration.ofMillis(20))).isEqualTo(first);
    }

    @Test
    void whatIsDueIsGivenToOneAndAgainWhenTheLeaseIsOver() {
        payments().open(first);
        var due = NOW.plusSeconds(3);
        var leased = due.plusSeconds(30);

        assertThat(claim(due.minusMillis(1), leased)).isEmpty();
        assertThat(claim(due, leased)).hasSize(1);
        assertThat(claim(due, leased)).isEmpty();
        assertThat(claim(leased, leased.plusSeconds(30))).hasSize(1);
    }

    @Test
    void postponingCountsTheAttemptAndNamesTheNext() {
        payments().open(first);

        payments().postpone(first, NOW.plusSeconds(77));

        assertThat(payments().find(order).orElseThrow().attempts()).isOne();
        assertThat(payments().find(order).orElseThrow().dueAt()).isEqualTo(NOW.plusSeconds(77));
    }

    @Test
    void postponingWhatHasChangedChangesNothing() {
        payments().open(first);
        var failed = write(first, new Failed(charge), new Answer.Failed());

        payments().postpone(first, NOW.plusSeconds(77));

        assertThat(payments().find(order)).contains(failed);
    }

    @Test
    void announcesWhatNoChangeGoesWith() {
        payments().announce(order, new Fact.CaptureFailed(), NOW);

        assertThat(announced()).containsExactly(new Fact.CaptureFailed());
    }

    /** Writes the payment as one whose money is taken. */
    protected final void openedAndCaptured() {
        payments().open(first);
        var authorised = write(first, new Authorised(charge, authorisation), new Answer.Done("ref-1"));
        var capturing = authorised.becomes(new Capturing(charge, authorisation, false), NOW, NOW);
        payments().write(new Transition(authorised, capturing, Optional.empty()));
        write(capturing, new Captured(charge, authorisation), new Answer.Done("ref-1"));
    }

    private Payment write(Payment before, State state, Answer answer) {
        var after = before.becomes(state, NOW.plusSeconds(1), null);
        var due = state instanceof Authorised
                ? new Payment(order, after.epoch(), state, after.version(), 0, after.updatedAt(), authorisation.expiresAt())
                : after;
        payments().write(new Transition(before, due, Optional.of(answer)));
        return due;
    }

    /** Of this order; others that run at the same time may be due as well. */
    private List<Payment> claim(Instant now, Instant leasedUntil) {
        return payments().claimDue(now, leasedUntil, 1_000).stream()
                .filter(it -> it.orderId().equals(order))
                .toList();
    }
}
