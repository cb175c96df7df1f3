package io.meridian.payment.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Authorising;
import io.meridian.payment.model.State.Captured;
import io.meridian.payment.model.State.Capturing;
import io.meridian.payment.model.State.Declined;
import io.meridian.payment.model.State.Failed;
import io.meridian.payment.model.State.Refunded;
import io.meridian.payment.model.State.Refunding;
import io.meridian.payment.model.State.Unfinished;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voided;
import io.meridian.payment.model.State.Voiding;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole table: where each answer leads from each unfinished state, and what is said about it. */
class TransitionTest {

    private static final Instant AT = Instant.parse("2031-05-06T07:08:09Z");
    private static final Money AMOUNT = new Money(1_999, "EUR");
    private static final Charge CHARGE = new Charge(AMOUNT, new Token("tok_ok"));
    private static final Authorisation AUTHORISATION = new Authorisation("ref", AT);

    private static final Answer DONE = new Answer.Done("ref");
    private static final Answer DECLINED = new Answer.Declined(DeclineReason.CARD_DECLINED);
    private static final Answer GONE = new Answer.Gone();
    private static final Answer FAILED = new Answer.Failed();
    private static final Answer NEVER_ASKED = new Answer.NeverAsked();
    private static final Answer UNANSWERED = new Answer.Unanswered();

    private static final Fact CAPTURED = new Fact.Captured(AMOUNT);
    private static final Fact VOIDED = new Fact.Voided();
    private static final Fact REFUNDED = new Fact.Refunded(AMOUNT);
    private static final Fact CAPTURE_FAILED = new Fact.CaptureFailed();

    static Stream<Arguments> table() {
        var authorising = new Authorising(CHARGE, false);
        var unwanted = new Authorising(CHARGE, true);
        var unknown = new Unknown(CHARGE, false);
        var capturing = new Capturing(CHARGE, AUTHORISATION, false);
        var uncapturing = new Capturing(CHARGE, AUTHORISATION, true);
        var voiding = new Voiding(CHARGE);
        var refunding = new Refunding(CHARGE);
        return Stream.of(
                row(authorising, DONE, new Authorised(CHARGE, AUTHORISATION), null),
                row(authorising, DECLINED, new Declined(CHARGE, DeclineReason.CARD_DECLINED), null),
                row(authorising, FAILED, new Failed(CHARGE), null),
                row(authorising, GONE, new Failed(CHARGE), null),
                row(authorising, NEVER_ASKED, voiding, null),
                row(authorising, UNANSWERED, unknown, null),
                row(unknown, DONE, new Authorised(CHARGE, AUTHORISATION), null),
                row(unknown, UNANSWERED, unknown, null),
                row(unwanted, DONE, voiding, null),
                row(unwanted, DECLINED, new Declined(CHARGE, DeclineReason.CARD_DECLINED), VOIDED),
                row(unwanted, FAILED, new Failed(CHARGE), VOIDED),
                row(unwanted, NEVER_ASKED, voiding, null),
                row(unwanted, UNANSWERED, new Unknown(CHARGE, true), null),
                row(capturing, DONE, new Captured(CHARGE, AUTHORISATION), CAPTURED),
                row(capturing, GONE, voiding, CAPTURE_FAILED),
                row(capturing, DECLINED, voiding, CAPTURE_FAILED),
                row(capturing, FAILED, capturing, null),
                row(capturing, UNANSWERED, capturing, null),
                row(uncapturing, DONE, refunding, CAPTURED),
                row(uncapturing, GONE, voiding, null),
                row(uncapturing, NEVER_ASKED, voiding, null),
                row(uncapturing, UNANSWERED, uncapturing, null),
                row(voiding, DONE, new Voided(CHARGE), VOIDED),
                row(voiding, GONE, refunding, CAPTURED),
                row(voiding, FAILED, voiding, null),
                row(voiding, UNANSWERED, voiding, null),
                row(refunding, DONE, new Refunded(CHARGE), REFUNDED),
                row(refunding, GONE, refunding, null),
                row(refunding, UNANSWERED, refunding, null));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("table")
    void anAnswerLeadsWhereTheTableSays(Unfinished before, Answer answer, State after, Optional<Fact> fact) {
        assertThat(before.after(answer, AT)).isEqualTo(after);
        if (!after.equals(before)) {
            assertThat(transition(before, after, Optional.of(answer)).fact()).isEqualTo(fact);
        }
    }

    @Test
    void theRefundOfACaptureDoesNotAnnounceTheCaptureAgain() {
        var refund = transition(
                new Captured(CHARGE, AUTHORISATION), new Refunding(CHARGE), Optional.empty());

        assertThat(refund.fact()).isEmpty();
        assertThat(refund.intent()).contains(Operation.REFUND);
        assertThat(refund.decided()).isEmpty();
    }

    @Test
    void anOutcomeAndTheNextIntentAreOneChange() {
        var change = transition(new Unknown(CHARGE, true), new Voiding(CHARGE), Optional.of(DONE));

        assertThat(change.decided()).contains(Operation.AUTHORISE);
        assertThat(change.intent()).contains(Operation.VOID);
    }

    @Test
    void whatStaysTheSameOperationIsNeitherDecidedNorIntendedAgain() {
        var change = transition(new Authorising(CHARGE, false), new Unknown(CHARGE, false), Optional.of(UNANSWERED));

        assertThat(change.decided()).isEmpty();
        assertThat(change.intent()).isEmpty();
    }

    private static Arguments row(
            Unfinished before, Answer answer, State after, @Nullable Fact fact) {
        return Arguments.of(before, answer, after, Optional.ofNullable(fact));
    }

    private static Transition transition(State before, State after, Optional<Answer> answer) {
        var payment = Payment.first(new OrderId(new UUID(1, 2)), 0, before, AT, null);
        return new Transition(payment, payment.becomes(after, AT, null), answer);
    }
}
