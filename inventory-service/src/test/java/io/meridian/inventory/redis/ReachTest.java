package io.meridian.inventory.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReachTest {

    private final ManualTime time = new ManualTime();
    private final Reach reach = new Reach(time.nanos(), Duration.ofSeconds(1));
    private int asked;

    @Test
    void whatAnswersIsAskedEachTime() {
        assertThat(ask(true)).contains("answer");
        assertThat(ask(true)).contains("answer");
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void oneFailureAndNobodyAsksUntilThePauseIsOver() {
        ask(true);
        assertThat(ask(false)).isEmpty();

        time.advance(Duration.ofMillis(999));
        assertThat(ask(true)).isEmpty();
        assertThat(asked).isEqualTo(2);

        time.advance(Duration.ofMillis(1));
        assertThat(ask(true)).contains("answer");
    }

    @Test
    void afterThePauseOneTriesWhileTheOthersDoWithout() {
        ask(false);
        time.advance(Duration.ofSeconds(1));

        var answer = reach.ask(() -> {
            assertThat(ask(true)).isEmpty();
            return "answer";
        });

        assertThat(answer).contains("answer");
        assertThat(ask(true)).contains("answer");
    }

    @Test
    void theVeryFirstQuestionIsATrialToo() {
        reach.ask(() -> {
            assertThat(ask(true)).isEmpty();
            return "answer";
        });
        assertThat(asked).isZero();
    }

    @Test
    void aTrialThatFailsBeginsAnotherPause() {
        ask(false);
        time.advance(Duration.ofSeconds(1));
        ask(false);

        time.advance(Duration.ofMillis(999));
        assertThat(ask(true)).isEmpty();
        time.advance(Duration.ofMillis(1));
        assertThat(ask(true)).contains("answer");
    }

    @Test
    void itStaysReachableWhenTheClockOverflows() {
        for (var i = 0; i < 10; i++) {
            assertThat(ask(true)).contains("answer");
            time.advance(Duration.ofSeconds(1));
        }
    }

    private Optional<String> ask(boolean answers) {
        return reach.ask(() -> {
            asked++;
            if (!answers) {
                throw new IllegalStateException("no answer");
            }
            return "answer";
        });
    }
}
