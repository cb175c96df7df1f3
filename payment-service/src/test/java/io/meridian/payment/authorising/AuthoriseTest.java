package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.payment.authorising.Authorise.Outcome;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Authorising;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voided;
import io.meridian.payment.model.Token;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuthoriseTest {

    private final Scene scene = new Scene();

    @Test
    void reservesTheMoneyForHalfAnHour() {
        var outcome = scene.authorised();

        assertThat(outcome).isEqualTo(new Outcome.Authorised(scene.time.now().plus(Duration.ofMinutes(30))));
        assertThat(scene.state()).isInstanceOf(Authorised.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE);
        assertThat(scene.payments.announcements).isEmpty();
    }

    @Test
    void theIntentIsOnRecordWhenTheProviderIsAsked() {
        scene.provider.beforeAnswer = () -> {
            assertThat(scene.state()).isEqualTo(new Authorising(scene.charge, false));
            assertThat(scene.payments.journalled(scene.order, Operation.AUTHORISE)).isEmpty();
        };

        scene.authorised();

        assertThat(scene.payments.journalled(scene.order, Operation.AUTHORISE)).isPresent();
    }

    @Test
    void askedAgainGivesTheFirstAnswerAndAsksTheProviderNothing() {
        var first = scene.authorised();
        scene.time.advance(Duration.ofMinutes(1));

        assertThat(scene.authorised()).isEqualTo(first);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE);
        assertThat(scene.provider.queries).isZero();
        assertThat(scene.authorise.replays()).isOne();
    }

    @Test
    void askedAgainAfterTheCaptureStillGivesTheFirstAnswer() {
        var first = scene.authorised();
        scene.captured();

        assertThat(scene.authorised()).isEqualTo(first);
    }

    @Test
    void fiftyAtOnceReserveOnceAndHearTheSame() throws Exception {
        var answers = Scene.atOnce(50, scene::authorised);

        assertThat(answers).hasSize(50).containsOnly(answers.getFirst());
        assertThat(answers.getFirst()).isInstanceOf(Outcome.Authorised.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE);
    }

    @Test
    void anotherAmountOrCardForTheSameOrderIsRefused() {
        scene.authorised();
        var more = new Charge(new Money(9_999, "EUR"), scene.charge.token());
        var other = new Charge(scene.amount, new Token("tok_slow_5"));

        assertThat(scene.authorise.authorise(scene.order, 0, more)).isEqualTo(new Outcome.Different());
        assertThat(scene.authorise.authorise(scene.order, 0, other)).isEqualTo(new Outcome.Different());
        assertThat(scene.provider.movements).hasSize(1);
    }

    @Test
    void aRefusedCardIsDeclinedEachTime() {
        scene.provider.refusal = Optional.of(new Answer.Declined(DeclineReason.INSUFFICIENT_FUNDS));

        var declined = new Outcome.Declined(DeclineReason.INSUFFICIENT_FUNDS);
        assertThat(scene.authorised()).isEqualTo(declined);
        scene.provider.refusal = Optional.empty();
        assertThat(scene.authorised()).isEqualTo(declined);
        assertThat(scene.provider.movements).isEmpty();
    }

    @Test
    void aFailingProviderReservesNothing() {
        scene.provider.failing.add(Operation.AUTHORISE);

        assertThat(scene.authorised()).isEqualTo(new Outcome.ProviderFailed());
        scene.provider.failing.clear();
        assertThat(scene.authorised()).isEqualTo(new Outcome.ProviderFailed());
        assertThat(scene.provider.movements).isEmpty();
    }

    @Test
    void silenceIsUnknownAndAskingAgainQueriesInsteadOfCharging() {
        scene.provider.silent.add(Operation.AUTHORISE);

        assertThat(scene.authorised()).isEqualTo(new Outcome.Unknown());
        assertThat(scene.state()).isEqualTo(new Unknown(scene.charge, false));

        assertThat(scene.authorised()).isInstanceOf(Outcome.Authorised.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE);
        assertThat(scene.provider.queries).isOne();
    }

    @Test
    void whileTheProviderIsWorkingItStaysUnknown() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.provider.working = true;
        scene.authorised();

        assertThat(scene.authorised()).isEqualTo(new Outcome.Unknown());

        scene.provider.working = false;
        assertThat(scene.authorised()).isInstanceOf(Outcome.Authorised.class);
    }

    @Test
    void aRequestThatNeverArrivedIsClosedAtTheProviderOnceItCannotBeOnItsWayAnyMore() {
        scene.provider.lost.add(Operation.AUTHORISE);
        scene.authorised();

        scene.time.advance(Scene.PATIENCE.unseen().minusMillis(1));
        assertThat(scene.authorised()).isEqualTo(new Outcome.Unknown());

        scene.time.advance(Duration.ofMillis(1));
        assertThat(scene.authorised()).isEqualTo(new Outcome.Closed());
        assertThat(scene.state()).isInstanceOf(Voided.class);
        assertThat(scene.payments.facts()).containsExactly(new Fact.Voided());

        scene.provider.lost.clear();
        assertThat(scene.provider.authorise(
                        IdempotencyKey.of(scene.order, Operation.AUTHORISE), scene.charge))
                .as("the request that was on its way after all")
                .isEqualTo(new Answer.Gone());
    }

    @Test
    void aVoidThatComesWhileTheProviderIsAskedIsDoneOnceItAnswers() {
        scene.provider.beforeAnswer = () -> {
            scene.provider.beforeAnswer = () -> {};
            assertThat(scene.undone(Undo.Cause.REJECTED)).isEqualTo(Undo.Outcome.UNDERWAY);
        };

        assertThat(scene.authorised()).isEqualTo(new Outcome.Closed());
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE, Operation.VOID);
        assertThat(scene.payments.facts()).containsExactly(new Fact.Voided());
    }

    @Test
    void aVoidThatCameFirstClosesTheOrder() {
        scene.undone(Undo.Cause.REJECTED);

        assertThat(scene.authorised()).isEqualTo(new Outcome.Closed());
        assertThat(scene.provider.movements).isEmpty();
    }

    @Test
    void afterTheVoidItIsClosed() {
        scene.authorised();
        scene.undone(Undo.Cause.ASKED);

        assertThat(scene.authorised()).isEqualTo(new Outcome.Closed());
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE, Operation.VOID);
    }
}
