package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.payment.authorising.Capture.Outcome;
import io.meridian.payment.authorising.Capture.StillUnknown;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Captured;
import io.meridian.payment.model.State.Capturing;
import io.meridian.payment.model.State.Voided;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CaptureTest {

    private final Scene scene = new Scene();
    private final Fact captured = new Fact.Captured(scene.amount);

    @Test
    void takesWhatIsReservedAndSaysSo() {
        scene.authorised();

        assertThat(scene.captured()).isEqualTo(Outcome.CAPTURED);
        assertThat(scene.state()).isInstanceOf(Captured.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE, Operation.CAPTURE);
        assertThat(scene.payments.facts()).containsExactly(captured);
    }

    @Test
    void fiftyAtOnceAndTenMoreTakeItOnceAndHearTheSame() throws Exception {
        scene.authorised();

        assertThat(Scene.atOnce(50, scene::captured)).hasSize(50).containsOnly(Outcome.CAPTURED);
        for (var replay = 0; replay < 10; replay++) {
            assertThat(scene.captured()).isEqualTo(Outcome.CAPTURED);
        }

        assertThat(scene.provider.count(Operation.CAPTURE)).isOne();
        assertThat(scene.payments.facts()).containsExactly(captured);
    }

    @Test
    void silenceIsAskedAboutAndNotRepeated() {
        scene.authorised();
        scene.provider.silent.add(Operation.CAPTURE);

        assertThat(scene.captured()).isEqualTo(Outcome.CAPTURED);
        assertThat(scene.provider.queries).isOne();
        assertThat(scene.provider.count(Operation.CAPTURE)).isOne();
    }

    @Test
    void whatCannotBeFoundOutNowIsFinishedLater() {
        scene.authorised();
        scene.provider.silent.add(Operation.CAPTURE);
        scene.provider.unreachable = true;

        assertThat(scene.captured()).isEqualTo(Outcome.UNDERWAY);
        assertThat(scene.state()).isInstanceOf(Capturing.class);
        assertThat(scene.payments.facts()).isEmpty();

        scene.provider.unreachable = false;
        scene.time.advance(Duration.ofSeconds(1));
        scene.finishOverdue.finish(10);

        assertThat(scene.state()).isInstanceOf(Captured.class);
        assertThat(scene.provider.count(Operation.CAPTURE)).isOne();
        assertThat(scene.payments.facts()).containsExactly(captured);
    }

    @Test
    void aCaptureThatGotLostIsAskedForAgainUnderItsKey() {
        scene.authorised();
        scene.provider.lost.add(Operation.CAPTURE);
        assertThat(scene.captured()).isEqualTo(Outcome.UNDERWAY);

        scene.provider.lost.clear();
        scene.time.advance(Duration.ofSeconds(1));
        scene.finishOverdue.finish(10);

        assertThat(scene.state()).isInstanceOf(Captured.class);
        assertThat(scene.provider.count(Operation.CAPTURE)).isOne();
    }

    @Test
    void anotherAmountIsNotTaken() {
        scene.authorised();

        var outcome = scene.capture.capture(scene.order, new Money(4_999, "EUR"), Ending.ALONE);

        assertThat(outcome).isEqualTo(Outcome.FAILED);
        assertThat(scene.state()).isInstanceOf(Authorised.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE);
        assertThat(scene.payments.facts()).containsExactly(new Fact.CaptureFailed());
    }

    @Test
    void whereNothingWasAskedForNothingIsTaken() {
        assertThat(scene.captured()).isEqualTo(Outcome.FAILED);
        assertThat(scene.payments.facts()).containsExactly(new Fact.CaptureFailed());
    }

    @Test
    void whatWasGivenBackOrDeclinedIsNotTaken() {
        scene.provider.refusal = Optional.of(new Answer.Declined(DeclineReason.CARD_DECLINED));
        scene.authorised();

        assertThat(scene.captured()).isEqualTo(Outcome.FAILED);
        assertThat(scene.provider.movements).isEmpty();

        var voided = new Scene();
        voided.authorised();
        voided.undone(Undo.Cause.EXPIRED);
        assertThat(voided.captured()).isEqualTo(Outcome.FAILED);
        assertThat(voided.provider.count(Operation.CAPTURE)).isZero();
        assertThat(voided.payments.facts()).containsExactly(new Fact.Voided(), new Fact.CaptureFailed());
    }

    @Test
    void anAuthorisationThatIsGoneAtTheProviderFailsTheCapture() {
        scene.authorised();
        scene.provider.cancel(
                new IdempotencyKey("by-the-provider-itself"), IdempotencyKey.of(scene.order, Operation.AUTHORISE));

        assertThat(scene.captured()).isEqualTo(Outcome.FAILED);
        assertThat(scene.state()).isInstanceOf(Voided.class);
        assertThat(scene.provider.count(Operation.CAPTURE)).isZero();
        assertThat(scene.payments.facts()).containsExactly(new Fact.CaptureFailed(), new Fact.Voided());
    }

    @Test
    void whatIsUnknownIsResolvedFirst() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.authorised();

        assertThat(scene.captured()).isEqualTo(Outcome.CAPTURED);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE, Operation.CAPTURE);
    }

    @Test
    void whatStaysUnknownIsAFault() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.provider.unreachable = true;
        scene.authorised();

        assertThatThrownBy(scene::captured)
                .isInstanceOf(StillUnknown.class)
                .hasMessageContaining(scene.order.toString());
        assertThat(scene.payments.announcements).isEmpty();
    }

    @Test
    void theLastWriteAndOnlyThatRunsInTheEnding() {
        scene.authorised();
        var endings = new AtomicInteger();

        scene.capture.capture(scene.order, scene.amount, write -> {
            endings.incrementAndGet();
            assertThat(scene.state()).isInstanceOf(Capturing.class);
            write.run();
            assertThat(scene.state()).isInstanceOf(Captured.class);
            return true;
        });

        assertThat(endings).hasValue(1);
    }

    @Test
    void aDuplicateThatIsUnderWayWritesNothingAndIsFinishedLater() {
        scene.authorised();

        scene.capture.capture(scene.order, scene.amount, _ -> false);
        assertThat(scene.state()).isInstanceOf(Capturing.class);
        assertThat(scene.payments.facts()).isEmpty();

        scene.aDayPasses();
        assertThat(scene.state()).isInstanceOf(Captured.class);
        assertThat(scene.payments.facts()).containsExactly(captured);
    }
}
