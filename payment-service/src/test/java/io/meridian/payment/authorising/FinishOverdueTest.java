package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.payment.model.Fact;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Captured;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voided;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FinishOverdueTest {

    private final Scene scene = new Scene();

    @Test
    void anAuthorisationNobodyConfirmsIsGivenBackWhenItExpires() {
        scene.authorised();

        scene.time.advance(Duration.ofMinutes(30).minusMillis(1));
        assertThat(scene.finishOverdue.finish(10)).isZero();
        assertThat(scene.state()).isInstanceOf(Authorised.class);

        scene.time.advance(Duration.ofMillis(1));
        assertThat(scene.finishOverdue.finish(10)).isOne();
        assertThat(scene.state()).isInstanceOf(Voided.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE, Operation.VOID);
        assertThat(scene.payments.facts()).containsExactly(new Fact.Voided());
    }

    @Test
    void whatIsCapturedNeverExpires() {
        scene.authorised();
        scene.captured();

        scene.aDayPasses();

        assertThat(scene.state()).isInstanceOf(Captured.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE, Operation.CAPTURE);
    }

    @Test
    void whatIsUnknownIsFoundOut() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.authorised();

        scene.time.advance(Scene.PATIENCE.firstRetry());
        scene.finishOverdue.finish(10);

        assertThat(scene.state()).isInstanceOf(Authorised.class);
        assertThat(scene.provider.movements).containsExactly(Operation.AUTHORISE);
    }

    @Test
    void anUnreachableProviderIsAskedLessAndLessOften() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.provider.unreachable = true;
        scene.authorised();

        for (var second = 0; second < 600; second++) {
            scene.time.advance(Duration.ofSeconds(1));
            scene.finishOverdue.finish(10);
        }

        assertThat(scene.provider.queries).as("ten minutes, doubling from 0.5 s to 60 s, or half of that").isBetween(10, 30);
        assertThat(scene.state()).isInstanceOf(Unknown.class);
    }

    @Test
    void takesNoMoreThanItIsTold() {
        scene.provider.silent.add(Operation.AUTHORISE);
        for (var each = 0; each < 5; each++) {
            scene.authorise.authorise(new OrderId(UUID.randomUUID()), 0, scene.charge);
        }
        scene.time.advance(Duration.ofSeconds(1));

        assertThat(scene.finishOverdue.finish(3)).isEqualTo(3);
        assertThat(scene.finishOverdue.finish(3)).isEqualTo(2);
        assertThat(scene.finishOverdue.finish(3)).isZero();
    }

    @Test
    void oneThatCannotBeFinishedDoesNotKeepTheOthers() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.authorised();
        scene.authorise.authorise(new OrderId(UUID.randomUUID()), 0, scene.charge);
        scene.provider.beforeQuery = () -> {
            scene.provider.beforeQuery = () -> {};
            throw new IllegalStateException("a fault of ours");
        };
        scene.time.advance(Duration.ofSeconds(1));

        scene.finishOverdue.finish(10);

        assertThat(scene.payments.states.stream().filter(Authorised.class::isInstance)).hasSize(1);
    }
}
