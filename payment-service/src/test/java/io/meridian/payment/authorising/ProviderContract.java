package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.payment.authorising.Provider.Standing;
import io.meridian.payment.model.Answer.Done;
import io.meridian.payment.model.Answer.Gone;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Token;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the use cases rely on, whichever provider it is. */
public abstract class ProviderContract {

    protected final OrderId order = new OrderId(UUID.randomUUID());
    protected final Money amount = new Money(1_999, "EUR");
    protected final Charge charge = new Charge(amount, new Token("tok_ok"));
    protected final IdempotencyKey authorisation = key(Operation.AUTHORISE);

    protected abstract Provider provider();

    /** How often money of this order's authorisation moved that way. */
    protected abstract long moved(Operation operation);

    protected final IdempotencyKey key(Operation operation) {
        return IdempotencyKey.of(order, operation);
    }

    @Test
    void theSameKeyIsDoneOnceAndAnsweredAlike() {
        var first = provider().authorise(authorisation, charge);
        var second = provider().authorise(authorisation, charge);

        assertThat(first).isInstanceOf(Done.class).isEqualTo(second);
        assertThat(moved(Operation.AUTHORISE)).isOne();
    }

    @Test
    void fiftyAtOnceUnderOneKeyMoveMoneyOnce() throws Exception {
        var answers = Scene.atOnce(50, () -> provider().authorise(authorisation, charge));

        assertThat(answers).hasSize(50).containsOnly(answers.getFirst());
        assertThat(moved(Operation.AUTHORISE)).isOne();
    }

    @Test
    void capturesWhatIsReservedOnce() {
        provider().authorise(authorisation, charge);

        assertThat(provider().capture(key(Operation.CAPTURE), authorisation, amount)).isInstanceOf(Done.class);
        assertThat(provider().capture(key(Operation.CAPTURE), authorisation, amount)).isInstanceOf(Done.class);
        assertThat(moved(Operation.CAPTURE)).isOne();
    }

    @Test
    void capturesNeitherWhatIsNotReservedNorAnotherAmount() {
        assertThat(provider().capture(new IdempotencyKey("early"), authorisation, amount)).isEqualTo(new Gone());

        provider().authorise(authorisation, charge);

        assertThat(provider().capture(key(Operation.CAPTURE), authorisation, new Money(2_000, "EUR")))
                .isEqualTo(new Gone());
        assertThat(moved(Operation.CAPTURE)).isZero();
    }

    @Test
    void cancelsWhatIsReservedAndThenCapturesItNoMore() {
        provider().authorise(authorisation, charge);

        assertThat(provider().cancel(key(Operation.VOID), authorisation)).isInstanceOf(Done.class);
        assertThat(provider().cancel(key(Operation.VOID), authorisation)).isInstanceOf(Done.class);

        assertThat(provider().capture(key(Operation.CAPTURE), authorisation, amount)).isEqualTo(new Gone());
        assertThat(moved(Operation.VOID)).isOne();
    }

    @Test
    void cancellingFirstRefusesTheAuthorisationThatComesLater() {
        assertThat(provider().cancel(key(Operation.VOID), authorisation)).isInstanceOf(Done.class);

        assertThat(provider().authorise(authorisation, charge)).isEqualTo(new Gone());
        assertThat(moved(Operation.AUTHORISE)).isZero();
    }

    @Test
    void whatIsCapturedIsRefundedAndNotCancelled() {
        provider().authorise(authorisation, charge);
        provider().capture(key(Operation.CAPTURE), authorisation, amount);

        assertThat(provider().cancel(key(Operation.VOID), authorisation)).isEqualTo(new Gone());
        assertThat(provider().refund(key(Operation.REFUND), authorisation, amount)).isInstanceOf(Done.class);
        assertThat(provider().refund(key(Operation.REFUND), authorisation, amount)).isInstanceOf(Done.class);
        assertThat(moved(Operation.REFUND)).isOne();
    }

    @Test
    void refundsNothingThatIsNotCaptured() {
        provider().authorise(authorisation, charge);

        assertThat(provider().refund(key(Operation.REFUND), authorisation, amount)).isEqualTo(new Gone());
    }

    @Test
    void saysWhatBecameOfAKey() {
        assertThat(provider().query(authorisation)).isEqualTo(new Standing.Unseen());

        var answer = provider().authorise(authorisation, charge);

        assertThat(provider().query(authorisation)).isEqualTo(new Standing.Known(answer));
        assertThat(moved(Operation.AUTHORISE)).isOne();
    }
}
