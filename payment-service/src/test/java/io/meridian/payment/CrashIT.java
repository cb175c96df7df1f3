package io.meridian.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.payment.authorising.Authorise;
import io.meridian.payment.authorising.Capture;
import io.meridian.payment.authorising.Ending;
import io.meridian.payment.authorising.Means;
import io.meridian.payment.authorising.Provider;
import io.meridian.payment.authorising.Undo;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The real store and the real ledger, with a process that dies between what the provider did and what we write down. */
class CrashIT extends Doors {

    private final Money amount = new Money(AMOUNT, "EUR");
    private final Charge charge = new Charge(amount, new Token("tok_ok"));

    @Autowired
    private Means means;

    @Autowired
    private Authorise authorise;

    @Autowired
    private Capture capture;

    @Test
    void dyingAfterTheAuthorisationIsFoundOutByTheSweep() {
        assertThatThrownBy(() -> new Authorise(dying()).authorise(order, 0, charge)).isInstanceOf(Death.class);
        assertThat(stored()).isEqualTo("AUTHORISING");
        assertThat(journal()).containsExactly("AUTHORISE ?");
        assertThat(moved()).containsExactly("RESERVED");

        becomes("AUTHORISED");
        assertThat(moved()).containsExactly("RESERVED");
        assertThat(journal()).containsExactly("AUTHORISE SUCCEEDED");
    }

    @Test
    void dyingAfterTheAuthorisationIsFoundOutByWhoeverAsksAgain() {
        assertThatThrownBy(() -> new Authorise(dying()).authorise(order, 0, charge)).isInstanceOf(Death.class);

        assertThat(authorise.authorise(order, 0, charge)).isInstanceOf(Authorise.Outcome.Authorised.class);
        assertThat(moved()).containsExactly("RESERVED");
    }

    @Test
    void dyingBeforeTheProviderIsAskedReservesNothingAndCloses() {
        assertThatThrownBy(() -> new Authorise(deaf()).authorise(order, 0, charge)).isInstanceOf(Death.class);
        assertThat(stored()).isEqualTo("AUTHORISING");

        becomes("VOIDED");
        assertThat(moved()).isEmpty();
        assertThat(journal()).containsExactly("AUTHORISE NEVER_ASKED", "VOID SUCCEEDED");
    }

    @Test
    void dyingAfterTheCaptureTakesTheMoneyOnce() {
        authorise.authorise(order, 0, charge);
        assertThatThrownBy(() -> new Capture(dying()).capture(order, amount, Ending.ALONE))
                .isInstanceOf(Death.class);
        assertThat(stored()).isEqualTo("CAPTURING");

        becomes("CAPTURED");
        assertThat(capture.capture(order, amount, Ending.ALONE)).isEqualTo(Capture.Outcome.CAPTURED);
        assertThat(moved()).containsExactly("RESERVED", "CAPTURED");
        assertThat(announced()).containsExactly("payment.v1.PaymentCaptured");
    }

    @Test
    void dyingAfterTheRefundGivesTheMoneyBackOnce() {
        authorise.authorise(order, 0, charge);
        capture.capture(order, amount, Ending.ALONE);
        assertThatThrownBy(() -> new Undo(dying()).undo(order, Undo.Cause.CANCELLED, Ending.ALONE))
                .isInstanceOf(Death.class);

        becomes("REFUNDED");
        assertThat(moved()).containsExactly("RESERVED", "CAPTURED", "REFUNDED");
        assertThat(announced()).containsExactly("payment.v1.PaymentCaptured", "payment.v1.PaymentRefunded");
    }

    @Test
    void aRolledBackLastWriteIsWrittenByTheNextDelivery() {
        authorise.authorise(order, 0, charge);
        assertThatThrownBy(() -> capture.capture(order, amount, _ -> {
                    throw new IllegalStateException("the inbox's transaction failed");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(stored()).isEqualTo("CAPTURING");

        assertThat(capture.capture(order, amount, Ending.ALONE)).isEqualTo(Capture.Outcome.CAPTURED);
        assertThat(moved()).containsExactly("RESERVED", "CAPTURED");
        assertThat(announced()).containsExactly("payment.v1.PaymentCaptured");
    }

    @Test
    void fiftyCapturesAtOnceAndTenReplayedTakeTheMoneyOnceAndHearTheSame() throws Exception {
        authorise.authorise(order, 0, charge);
        var outcomes = new ArrayList<Capture.Outcome>();
        var barrier = new CyclicBarrier(50);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var captures = new ArrayList<Future<Capture.Outcome>>();
            for (var each = 0; each < 50; each++) {
                captures.add(threads.submit(() -> {
                    barrier.await();
                    return capture.capture(order, amount, Ending.ALONE);
                }));
            }
            for (var each : captures) {
                outcomes.add(each.get());
            }
        }
        for (var replay = 0; replay < 10; replay++) {
            outcomes.add(capture.capture(order, amount, Ending.ALONE));
        }

        assertThat(outcomes).hasSize(60).containsOnly(Capture.Outcome.CAPTURED);
        assertThat(moved()).containsExactly("RESERVED", "CAPTURED");
        assertThat(journal()).containsExactly("AUTHORISE SUCCEEDED", "CAPTURE SUCCEEDED");
        assertThat(announced()).containsExactly("payment.v1.PaymentCaptured");
    }

    private List<String> announced() {
        return jdbc.sql("SELECT type FROM outbox_events WHERE aggregate_id = :order ORDER BY id")
                .param("order", order.toString())
                .query(String.class)
                .list();
    }

    /** A process that dies when the provider has done what it was asked. */
    private Means dying() {
        return with(new DyingProvider(means.provider(), true));
    }

    /** A process that dies before the provider hears of it. */
    private Means deaf() {
        return with(new DyingProvider(means.provider(), false));
    }

    private Means with(Provider provider) {
        return new Means(means.payments(), provider, means.decisions(), means.patience(), means.clock());
    }

    private record DyingProvider(Provider provider, boolean doesIt) implements Provider {

        @Override
        public Answer authorise(IdempotencyKey key, Charge charge) {
            return dies(() -> provider.authorise(key, charge));
        }

        @Override
        public Answer capture(IdempotencyKey key, IdempotencyKey authorisation, Money amount) {
            return dies(() -> provider.capture(key, authorisation, amount));
        }

        @Override
        public Answer cancel(IdempotencyKey key, IdempotencyKey authorisation) {
            return dies(() -> provider.cancel(key, authorisation));
        }

        @Override
        public Answer refund(IdempotencyKey key, IdempotencyKey authorisation, Money amount) {
            return dies(() -> provider.refund(key, authorisation, amount));
        }

        @Override
        public Standing query(IdempotencyKey key) {
            return provider.query(key);
        }

        private Answer dies(Runnable effect) {
            if (doesIt) {
                effect.run();
            }
            throw new Death();
        }
    }

    private static final class Death extends Error {}
}
