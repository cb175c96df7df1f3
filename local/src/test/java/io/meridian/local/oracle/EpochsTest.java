package io.meridian.local.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.oracle.Evidence.Write;
import io.meridian.local.oracle.Examination.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochsTest {

    private final Epochs epochs = new Epochs();
    private final Scene scene = new Scene();

    @Test
    void anEpochThatGoesBackBetweenTwoLooksIsSeen() {
        look(1);
        assertThat(look(1)).isEqualTo(State.HOLDS);

        assertThat(look(0)).isEqualTo(State.VIOLATED);
    }

    @Test
    void whatDoesNotChangeIsNotedOnce() {
        look(0);
        look(0);

        assertThat(epochs.after(List.of(), scene.orders)).hasSize(1 + scene.orders.size());
    }

    private State look(long epoch) {
        var writes = epochs.after(List.of(new Write(Scene.CONFIRMED, "inventory", epoch)), scene.orders);
        return Examination.ofRest(scene.evidence().withWrites(writes), List.of(Oracles.named("epochs")))
                .getFirst()
                .state();
    }
}
