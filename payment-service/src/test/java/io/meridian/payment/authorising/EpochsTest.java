package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.payment.model.Operation;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Closed;
import io.meridian.payment.model.State.Voided;
import io.meridian.payment.model.Transition;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A driver of an order that slept while another took it over asks in an older epoch: nothing is done for him. */
class EpochsTest {

    private final Scene scene = new Scene();

    @Test
    void anOvertakenDriverIsRefusedAndCounted() {
        authorise(1);

        assertThat(authorise(0)).isEqualTo(new Authorise.Outcome.Overtaken());
        assertThat(scene.undo.voided(scene.order, 0)).isEqualTo(Undo.Outcome.OVERTAKEN);

        assertThat(scene.authorise.overtaken()).isEqualTo(1);
        assertThat(scene.undo.overtaken()).isEqualTo(1);
        assertThat(scene.state()).isInstanceOf(Authorised.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE);
    }

    @Test
    void aLaterDriverGetsTheFirstAnswerAndShutsOutTheEarlier() {
        var first = authorise(0);

        assertThat(authorise(2)).isEqualTo(first);
        assertThat(authorise(1)).isEqualTo(new Authorise.Outcome.Overtaken());
        assertThat(authorise(2)).isEqualTo(first);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE);
    }

    @Test
    void aVoidThatCameFirstRemembersItsEpoch() {
        assertThat(scene.undo.voided(scene.order, 2)).isEqualTo(Undo.Outcome.UNDONE);

        assertThat(authorise(1)).isEqualTo(new Authorise.Outcome.Overtaken());
        assertThat(authorise(2)).isEqualTo(new Authorise.Outcome.Closed());
        assertThat(scene.state()).isInstanceOf(Closed.class);
    }

    @Test
    void aVoidOfTheLatestDriverIsDone() {
        authorise(1);

        assertThat(scene.undo.voided(scene.order, 1)).isEqualTo(Undo.Outcome.UNDONE);
        assertThat(scene.state()).isInstanceOf(Voided.class);
    }

    /** It was admitted, and slept before it wrote its intent. */
    @Test
    void aVoidThatALaterDriverOvertakesBeforeItsIntentIsWrittenIsRefused() {
        authorise(0);
        var sleeping = new Sleeping(scene.payments);
        var undo = new Undo(scene.means(sleeping));
        sleeping.beforeWrite.set(() -> authorise(1));

        assertThat(undo.voided(scene.order, 0)).isEqualTo(Undo.Outcome.OVERTAKEN);

        assertThat(scene.state()).isInstanceOf(Authorised.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE);
    }

    /** What the provider answered is true whoever asked: it is written, though the asker has been overtaken. */
    @Test
    void anAnswerThatComesAfterTheTakeoverIsNotLost() {
        scene.provider.beforeAnswer = () -> {
            scene.provider.beforeAnswer = () -> {};
            scene.payments.raise(scene.payments.get(scene.order), 1);
        };

        authorise(0);

        assertThat(scene.state()).isInstanceOf(Authorised.class);
        assertThat(scene.payments.get(scene.order).epoch()).isEqualTo(1);
    }

    @Test
    void whatEventsSayHoldsWhateverTheEpoch() {
        authorise(5);

        assertThat(scene.undone(Undo.Cause.REJECTED)).isEqualTo(Undo.Outcome.UNDONE);

        assertThat(scene.state()).isInstanceOf(Voided.class);
    }

    private Authorise.Outcome authorise(long epoch) {
        return scene.authorise.authorise(scene.order, epoch, scene.charge);
    }

    /** Payments before whose next write something else happens. */
    private static final class Sleeping extends Relayed {

        final AtomicReference<Runnable> beforeWrite = new AtomicReference<>(() -> {});

        Sleeping(Payments payments) {
            super(payments);
        }

        @Override
        public void write(Transition transition) {
            beforeWrite.getAndSet(() -> {}).run();
            super.write(transition);
        }
    }
}
