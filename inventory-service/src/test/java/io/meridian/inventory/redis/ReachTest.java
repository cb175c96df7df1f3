package io.meridian.inventory.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.breaker.AdaptiveBreaker;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerListeners;
import io.meridian.breaker.Breakers;
import io.meridian.breaker.Faults;
import io.meridian.breaker.Guard;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.Tuning;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReachTest {

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final ManualTime time = new ManualTime();
    private final AdaptiveBreaker breaker = new AdaptiveBreaker(
            Reach.DEPENDENCY,
            Tuning.USUAL,
            time.nanos(),
            new SplittableRandom(1),
            BreakerListeners.NONE,
            AdaptiveBreaker.Follower.NONE);
    private final Queue<Runnable> behindTheirBacks = new ArrayDeque<>();
    private final Reach reach = new Reach(
            Optional.of(new Guard(new Only(breaker), RemainingTime.UNKNOWN, Faults.USUAL)),
            this::look,
            behindTheirBacks::add,
            time.nanos(),
            PAUSE);

    private boolean up = true;
    private int asked;
    private int looks;

    @Test
    void theFirstQuestionDoesNotWaitForAConnection() {
        assertThat(ask()).isEmpty();
        assertThat(asked).isZero();
        assertThat(looks).isZero();

        lookOnce();

        assertThat(ask()).contains("answer");
    }

    @Test
    void whatAnswersIsAskedEachTime() {
        found();

        assertThat(ask()).contains("answer");
        assertThat(ask()).contains("answer");
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void oneFailureAndNobodyAsksUntilALookHasSucceeded() {
        found();
        up = false;
        assertThat(ask()).isEmpty();
        assertThat(asked).isEqualTo(1);

        time.advance(PAUSE);
        assertThat(ask()).isEmpty();
        lookOnce();
        assertThat(ask()).isEmpty();
        assertThat(asked).isEqualTo(1);

        up = true;
        time.advance(PAUSE);
        assertThat(ask()).isEmpty();
        lookOnce();
        assertThat(ask()).contains("answer");
    }

    @Test
    void thereIsOneLookAtATimeHoweverManyAsk() {
        for (var i = 0; i < 100; i++) {
            assertThat(ask()).isEmpty();
            time.advance(PAUSE);
        }

        assertThat(behindTheirBacks).hasSize(1);
    }

    @Test
    void betweenLooksThatFailThereIsAPause() {
        up = false;
        ask();
        lookOnce();

        time.advance(PAUSE.minusMillis(1));
        ask();
        assertThat(behindTheirBacks).isEmpty();

        time.advance(Duration.ofMillis(1));
        ask();
        assertThat(behindTheirBacks).hasSize(1);
    }

    @Test
    void looksThatGoOnFailingOpenTheBreakerWhichThenLetsFewerThrough() {
        up = false;
        playFor(Duration.ofSeconds(20));
        assertThat(breaker.snapshot().state()).isNotEqualTo("CLOSED");

        var before = looks;
        playFor(Duration.ofSeconds(20));
        // Without a breaker there would be four in a second.
        assertThat(looks - before).isBetween(10, 60);

        up = true;
        playFor(Duration.ofSeconds(5));
        assertThat(breaker.snapshot().state()).isEqualTo("CLOSED");
        assertThat(ask()).contains("answer");
    }

    @Test
    void withoutABreakerItWorksAsWell() {
        var alone = new Reach(Optional.empty(), this::look, Runnable::run, time.nanos(), PAUSE);

        assertThat(alone.ask(this::answer)).isEmpty();
        assertThat(alone.ask(this::answer)).contains("answer");
        up = false;
        assertThat(alone.ask(this::answer)).isEmpty();
    }

    @Test
    void itStaysReachableWhenTheClockOverflows() {
        found();
        for (var i = 0; i < 10; i++) {
            assertThat(ask()).contains("answer");
            time.advance(Duration.ofSeconds(1));
        }
    }

    /** Somebody asks a hundred times a second, and what is begun behind their backs is done at once. */
    private void playFor(Duration span) {
        for (var left = span.toMillis(); left > 0; left -= 10) {
            ask();
            while (!behindTheirBacks.isEmpty()) {
                behindTheirBacks.remove().run();
            }
            time.advance(Duration.ofMillis(10));
        }
    }

    private void found() {
        ask();
        lookOnce();
    }

    private void lookOnce() {
        assertThat(behindTheirBacks).hasSize(1);
        behindTheirBacks.remove().run();
    }

    private Optional<String> ask() {
        return reach.ask(this::answer);
    }

    private String answer() {
        asked++;
        return answerOrFail();
    }

    private void look() {
        looks++;
        answerOrFail();
    }

    private String answerOrFail() {
        if (!up) {
            throw new IllegalStateException("no answer");
        }
        return "answer";
    }

    private record Only(Breaker breaker) implements Breakers {

        @Override
        public Breaker named(String name) {
            assertThat(name).isEqualTo(breaker.name());
            return breaker;
        }

        @Override
        public Collection<Breaker> all() {
            return List.of(breaker);
        }
    }
}
