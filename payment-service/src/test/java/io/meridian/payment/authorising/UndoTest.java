package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.payment.authorising.Undo.Cause;
import io.meridian.payment.authorising.Undo.Outcome;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.State.Captured;
import io.meridian.payment.model.State.Capturing;
import io.meridian.payment.model.State.Closed;
import io.meridian.payment.model.State.Declined;
import io.meridian.payment.model.State.Refunded;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voided;
import io.meridian.payment.model.State.Voiding;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UndoTest {

    private final Scene scene = new Scene();

    @ParameterizedTest
    @EnumSource
    void whatIsReservedIsVoidedOnceWhateverTheCause(Cause cause) {
        scene.authorised();

        assertThat(scene.undone(cause)).isEqualTo(Outcome.UNDONE);
        assertThat(scene.undone(cause)).isEqualTo(Outcome.UNDONE);

        assertThat(scene.state()).isInstanceOf(Voided.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE, Operation.VOID);
        assertThat(scene.payments.facts()).containsExactly(new Fact.Voided());
    }

    @Test
    void fiftyAtOnceVoidOnce() throws Exception {
        scene.authorised();

        assertThat(Scene.atOnce(50, () -> scene.undone(Cause.REJECTED))).containsOnly(Outcome.UNDONE);

        assertThat(scene.provider.count(Operation.VOID)).isOne();
        assertThat(scene.payments.facts()).containsExactly(new Fact.Voided());
    }

    @ParameterizedTest
    @EnumSource(names = {"REJECTED", "CANCELLED"})
    void whatIsTakenIsRefundedOnceWhenTheOrderIsOver(Cause cause) {
        scene.authorised();
        scene.captured();

        assertThat(scene.undone(cause)).isEqualTo(Outcome.UNDONE);
        assertThat(scene.undone(cause)).isEqualTo(Outcome.UNDONE);

        assertThat(scene.state()).isInstanceOf(Refunded.class);
        assertThat(scene.provider.count(Operation.REFUND)).isOne();
        assertThat(scene.payments.facts())
                .containsExactly(new Fact.Captured(scene.amount), new Fact.Refunded(scene.amount));
    }

    @ParameterizedTest
    @EnumSource(names = {"ASKED", "EXPIRED"})
    void whatIsTakenStaysTakenForOthers(Cause cause) {
        scene.authorised();
        scene.captured();

        assertThat(scene.undone(cause)).isEqualTo(Outcome.TAKEN);
        assertThat(scene.state()).isInstanceOf(Captured.class);
        assertThat(scene.provider.count(Operation.REFUND)).isZero();
    }

    @Test
    void whereNothingIsYetATombstoneIsLeft() {
        assertThat(scene.undone(Cause.REJECTED)).isEqualTo(Outcome.UNDONE);

        assertThat(scene.state()).isEqualTo(new Closed());
        assertThat(scene.payments.facts()).as("a rejected order waits for nothing").isEmpty();
    }

    @Test
    void aCancelledOrderHearsThatNothingIsHeldAlsoWhenNothingEverWas() {
        scene.undone(Cause.CANCELLED);
        assertThat(scene.payments.facts()).containsExactly(new Fact.Voided());

        var declined = new Scene();
        declined.provider.refusal = Optional.of(new Answer.Declined(DeclineReason.CARD_DECLINED));
        declined.authorised();
        declined.undone(Cause.CANCELLED);
        assertThat(declined.state()).isInstanceOf(Declined.class);
        assertThat(declined.payments.facts()).containsExactly(new Fact.Voided());
    }

    @Test
    void whatIsUnknownIsResolvedAndThenVoided() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.authorised();

        assertThat(scene.undone(Cause.CANCELLED)).isEqualTo(Outcome.UNDONE);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE, Operation.VOID);
        assertThat(scene.payments.facts()).containsExactly(new Fact.Voided());
    }

    @Test
    void whatStaysUnknownIsMarkedAndVoidedOnceItIsKnown() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.provider.unreachable = true;
        scene.authorised();

        assertThat(scene.undone(Cause.CANCELLED)).isEqualTo(Outcome.UNDERWAY);
        assertThat(scene.state()).isEqualTo(new Unknown(scene.charge, true));
        assertThat(scene.authorised()).isEqualTo(new Authorise.Outcome.Unknown());

        scene.provider.unreachable = false;
        scene.aDayPasses();
        assertThat(scene.state()).isInstanceOf(Voided.class);
        assertThat(scene.payments.facts()).containsExactly(new Fact.Voided());
    }

    @Test
    void whatTurnsOutDeclinedAfterItWasMarkedIsStillReportedAsNotHeld() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.provider.refusal = Optional.of(new Answer.Declined(DeclineReason.CARD_DECLINED));
        scene.provider.unreachable = true;
        scene.authorised();
        scene.undone(Cause.CANCELLED);

        scene.provider.unreachable = false;
        scene.aDayPasses();

        assertThat(scene.state()).isInstanceOf(Declined.class);
        assertThat(scene.payments.facts()).containsExactly(new Fact.Voided());
    }

    @Test
    void aCaptureWhoseAnswerIsMissingIsResolvedAndThenRefunded() {
        scene.authorised();
        scene.provider.silent.add(Operation.CAPTURE);
        scene.provider.unreachable = true;
        scene.captured();
        assertThat(scene.undone(Cause.CANCELLED)).isEqualTo(Outcome.UNDERWAY);
        assertThat(scene.undone(Cause.ASKED)).isEqualTo(Outcome.TAKEN);

        scene.provider.unreachable = false;
        scene.aDayPasses();

        assertThat(scene.state()).isInstanceOf(Refunded.class);
        assertThat(scene.provider.movements)
                .containsExactly(Operation.AUTHORISE, Operation.CAPTURE, Operation.REFUND);
        assertThat(scene.payments.facts())
                .containsExactly(new Fact.Captured(scene.amount), new Fact.Refunded(scene.amount));
    }

    @Test
    void aCaptureThatGotLostIsNotRepeatedOnlyToBeRefunded() {
        scene.authorised();
        scene.provider.lost.add(Operation.CAPTURE);
        scene.captured();
        scene.undone(Cause.CANCELLED);
        scene.provider.lost.clear();

        scene.aDayPasses();

        assertThat(scene.state()).isInstanceOf(Voided.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE, Operation.VOID);
        assertThat(scene.payments.facts()).containsExactly(new Fact.Voided());
    }

    @Test
    void aCaptureThatArrivesAfterAllIsRefunded() {
        scene.authorised();
        scene.provider.lost.add(Operation.CAPTURE);
        scene.captured();
        scene.undone(Cause.CANCELLED);
        scene.provider.lost.clear();
        scene.time.advance(Scene.PATIENCE.unseen());
        scene.provider.lost.add(Operation.VOID);
        scene.finishOverdue.finish(10);
        assertThat(scene.state()).isInstanceOf(Voiding.class);

        scene.provider.lost.clear();
        scene.provider.capture(
                IdempotencyKey.of(scene.order, Operation.CAPTURE),
                IdempotencyKey.of(scene.order, Operation.AUTHORISE),
                scene.amount);
        scene.aDayPasses();

        assertThat(scene.state()).isInstanceOf(Refunded.class);
        assertThat(scene.provider.movements)
                .containsExactly(Operation.AUTHORISE, Operation.CAPTURE, Operation.REFUND);
    }

    @Test
    void aVoidThatIsNotAnsweredIsAskedAboutAndFinishedLater() {
        scene.authorised();
        scene.provider.silent.add(Operation.VOID);
        scene.provider.unreachable = true;
        assertThat(scene.undone(Cause.REJECTED)).isEqualTo(Outcome.UNDERWAY);
        assertThat(scene.captured()).as("nothing is taken of what is being given back").isEqualTo(Capture.Outcome.FAILED);

        scene.provider.unreachable = false;
        scene.aDayPasses();

        assertThat(scene.state()).isInstanceOf(Voided.class);
        assertThat(scene.provider.count(Operation.VOID)).isOne();
    }

    @Test
    void aRefundThatFailsIsTriedUntilItSucceeds() {
        scene.authorised();
        scene.captured();
        scene.provider.failing.add(Operation.REFUND);
        assertThat(scene.undone(Cause.CANCELLED)).isEqualTo(Outcome.UNDERWAY);
        scene.time.advance(Duration.ofMinutes(5));
        scene.finishOverdue.finish(10);
        assertThat(scene.provider.count(Operation.REFUND)).isZero();

        scene.provider.failing.clear();
        scene.aDayPasses();

        assertThat(scene.state()).isInstanceOf(Refunded.class);
        assertThat(scene.provider.count(Operation.REFUND)).isOne();
    }

    @Test
    void whatIsBeingCapturedIsNotVoidedBySomeoneWhoOnlyAsks() {
        scene.authorised();
        scene.provider.lost.add(Operation.CAPTURE);
        scene.captured();

        assertThat(scene.undone(Cause.ASKED)).isEqualTo(Outcome.TAKEN);
        assertThat(scene.state()).isInstanceOfSatisfying(Capturing.class, it -> assertThat(it.undo())
                .isFalse());
    }
}
