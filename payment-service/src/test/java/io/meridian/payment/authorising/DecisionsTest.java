package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.payment.model.Operation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What people read in the log: each decision once, when it is written. */
class DecisionsTest {

    private final Scene scene = new Scene();

    @Test
    void eachDecisionIsHeardOnce() throws Exception {
        Scene.atOnce(10, scene::authorised);
        Scene.atOnce(10, scene::captured);
        Scene.atOnce(10, () -> scene.undone(Undo.Cause.CANCELLED));

        assertThat(scene.decisions.heard).containsExactly("Authorised", "Captured", "Refunded");
    }

    @Test
    void whatIsUnknownIsHeardAndThenWhatBecameOfIt() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.authorised();
        scene.authorised();

        assertThat(scene.decisions.heard).containsExactly("Unknown", "Authorised");
    }

    @Test
    void aTombstoneAndAFailedCaptureAreHeard() {
        scene.undone(Undo.Cause.REJECTED);
        scene.captured();

        assertThat(scene.decisions.heard)
                .containsExactly(
                        "closed", "CaptureFailed: authorisation was gone when the order was confirmed");
    }

    @Test
    void aFaultWhileFinishingIsHeard() {
        scene.provider.silent.add(Operation.AUTHORISE);
        scene.authorised();
        scene.provider.beforeQuery = () -> {
            throw new IllegalStateException("a fault of ours");
        };

        scene.time.advance(Duration.ofSeconds(1));
        scene.finishOverdue.finish(10);

        assertThat(scene.decisions.heard).containsExactly("Unknown", "postponed: a fault of ours");
    }

    @Test
    void aWriteThatWasNotMadeIsNotHeard() {
        scene.authorised();

        scene.capture.capture(scene.order, scene.amount, _ -> false);

        assertThat(scene.decisions.heard).containsExactly("Authorised");
    }
}
