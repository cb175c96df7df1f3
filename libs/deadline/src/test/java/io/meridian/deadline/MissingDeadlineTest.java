package io.meridian.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissingDeadlineTest {

    private final List<Stage> missed = new ArrayList<>();
    private final DeadlineListener listener = new DeadlineListener() {
        @Override
        public void missing(Stage stage) {
            missed.add(stage);
        }
    };

    @Test
    void countsAndLetsTheCallBeMade() {
        var missing = new MissingDeadline(MissingDeadline.Policy.COUNT, listener);
        missing.watch();

        missing.met(Stage.CALL);
        missing.met(Stage.STATEMENT);

        assertThat(missed).containsExactly(Stage.CALL, Stage.STATEMENT);
    }

    @Test
    void countsAndRefuses() {
        var missing = new MissingDeadline(MissingDeadline.Policy.REFUSE, listener);
        missing.watch();

        assertThatThrownBy(() -> missing.met(Stage.REDIS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("REDIS")
                .hasMessageContaining(Thread.currentThread().getName());
        assertThat(missed).containsExactly(Stage.REDIS);
    }

    @Test
    void sleepsUntilTheServiceIsReady() {
        new MissingDeadline(MissingDeadline.Policy.REFUSE, listener).met(Stage.STATEMENT);

        assertThat(missed).isEmpty();
    }
}
