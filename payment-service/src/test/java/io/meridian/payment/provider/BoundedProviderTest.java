package io.meridian.payment.provider;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meridian.payment.authorising.FakeProvider;
import io.meridian.payment.authorising.Provider.Standing;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.Token;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

class BoundedProviderTest {

    private static final IdempotencyKey KEY = new IdempotencyKey("authorise");
    private static final Charge CHARGE = new Charge(new Money(1, "EUR"), new Token("tok_ok"));

    private final FakeProvider provider = new FakeProvider();

    @Test
    void passesOnWhatIsAnsweredInTime() {
        var bounded = bounded(Duration.ofSeconds(30), 1);
        assertThat(bounded.authorise(KEY, CHARGE)).isInstanceOf(Answer.Done.class);
        assertThat(bounded.query(KEY)).isInstanceOf(Standing.Known.class);
    }

    @Test
    void whatIsNotAnsweredInTimeIsUnansweredThoughItIsDoneAndTheCallIsInterrupted() {
        var interrupted = new AtomicBoolean();
        var givenUp = new CountDownLatch(1);
        provider.beforeAnswer = () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException _) {
                interrupted.set(true);
            }
            awaitUninterruptibly(givenUp);
        };
        var bounded = bounded(Duration.ofMillis(50), 1);
        assertThat(bounded.authorise(KEY, CHARGE)).isEqualTo(new Answer.Unanswered());
        givenUp.countDown();
        await().atMost(30, SECONDS).untilTrue(interrupted);
        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(provider.count(Operation.AUTHORISE)).isOne());
    }

    @Test
    void whatBreaksOffIsUnanswered() {
        provider.beforeAnswer = () -> {
            throw new IllegalStateException("connection reset");
        };
        provider.beforeQuery = provider.beforeAnswer;
        var bounded = bounded(Duration.ofSeconds(30), 1);
        assertThat(bounded.authorise(KEY, CHARGE)).isEqualTo(new Answer.Unanswered());
        assertThat(bounded.query(KEY)).isEqualTo(new Standing.Unanswered());
    }

    @Test
    void aCallThatFindsNoPlaceIsNotMade() {
        var over = new CountDownLatch(1);
        provider.beforeAnswer = () -> awaitUninterruptibly(over);
        var bounded = bounded(Duration.ofMillis(50), 1);
        assertThat(bounded.authorise(KEY, CHARGE)).isEqualTo(new Answer.Unanswered());

        assertThat(bounded.authorise(new IdempotencyKey("another"), CHARGE)).isEqualTo(new Answer.Failed());
        assertThat(bounded.query(KEY)).isEqualTo(new Standing.Unanswered());
        assertThat(provider.count(Operation.AUTHORISE)).isOne();

        over.countDown();
        await().until(() -> bounded.query(KEY) instanceof Standing.Known);
    }

    @Test
    void insideATransactionItRefusesToAsk() {
        var bounded = bounded(Duration.ofSeconds(30), 1);
        TransactionSynchronizationManager.setActualTransactionActive(true);
        try {
            assertThatThrownBy(() -> bounded.authorise(KEY, CHARGE))
                    .isInstanceOf(IllegalTransactionStateException.class);
        } finally {
            TransactionSynchronizationManager.setActualTransactionActive(false);
        }
        assertThat(provider.movements).isEmpty();
    }

    private BoundedProvider bounded(Duration timeout, int places) {
        return new BoundedProvider(provider, timeout, places);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException _) {
                // It hears nothing.
            }
        }
    }
}
