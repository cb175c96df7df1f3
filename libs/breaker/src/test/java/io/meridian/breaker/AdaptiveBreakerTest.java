package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdaptiveBreakerTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Dependency stock = new Dependency();
    private final AdaptiveBreaker breaker = stock.breaker;

    @Nested
    class OverTime {

        @Test
        void aHealthyDependencyIsAskedEveryTime() {
            stock.run(Duration.ofSeconds(30));

            assertThat(stock.refused).isZero();
            assertThat(stock.heard).isEmpty();
        }

        @Test
        void opensAndClosesAgainAroundAnOutage() {
            stock.run(Duration.ofSeconds(5));

            stock.answer = Outcome.FAILED;
            stock.run(Duration.ofSeconds(2));

            assertThat(stock.heard).first().isEqualTo("CLOSED -> OPEN");

            stock.answer = Outcome.SUCCEEDED;
            stock.run(Duration.ofSeconds(3));

            assertThat(stock.heard).endsWith("OPEN -> HALF_OPEN", "HALF_OPEN -> CLOSED");
            assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        }

        @Test
        void opensOnABlackholeBeforeTheFirstDeadlinePasses() {
            stock.budget = Duration.ofSeconds(5);
            stock.run(Duration.ofSeconds(5));

            stock.hang();
            stock.run(Duration.ofSeconds(1));

            assertThat(breaker.snapshot().why()).startsWith("opened: nothing was answered");
            assertThat(stock.heard).containsExactly("CLOSED -> OPEN");
        }

        @Test
        void opensOnABlackholeThoughNoNewCallComes() {
            stock.budget = Duration.ofSeconds(5);
            stock.run(Duration.ofSeconds(5));

            stock.hang();
            stock.run(Duration.ofMillis(100));
            stock.perSecond = 0;
            stock.run(Duration.ofSeconds(1));

            assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        }

        @Test
        void halfTheCallsFailingNeverOpensIt() {
            stock.run(Duration.ofSeconds(5));

            stock.failing = .5;
            stock.run(Duration.ofSeconds(30));

            assertThat(stock.heard).isEmpty();
        }

        @Test
        void mostCallsFailingSparesItSomeButNeverOpensIt() {
            stock.run(Duration.ofSeconds(5));

            stock.failing = .8;
            stock.run(Duration.ofSeconds(30));

            assertThat(stock.heard).isEmpty();
            assertThat(breaker.snapshot().rejections().get(Rejection.THROTTLE)).isGreaterThan(stock.asked / 3L);
        }

        @Test
        void slowAnswersLowerTheLimitButNotBelowWhatIsUsuallyInFlight() {
            stock.run(Duration.ofSeconds(5));
            int before = breaker.limit();

            stock.latency = Duration.ofMillis(250);
            stock.run(Duration.ofSeconds(5));

            assertThat(breaker.limit()).isBetween(10, before - 1);
            assertThat(breaker.snapshot().rejections().get(Rejection.LIMIT)).isPositive();
        }

        @Test
        void callsWithNoChanceAreNotMadeButNowAndThen() {
            stock.latency = Duration.ofMillis(100);
            stock.run(Duration.ofSeconds(5));
            long before = breaker.snapshot().admitted();

            stock.budget = Duration.ofMillis(30);
            stock.run(Duration.ofSeconds(1));

            assertThat(breaker.snapshot().rejections().get(Rejection.DEADLINE)).isGreaterThan(150);
            assertThat(breaker.snapshot().admitted() - before).isPositive();
            assertThat(stock.heard).isEmpty();
        }

        @Test
        void isTheSameEveryTimeWithTheSameSeed() {
            var twin = new Dependency();

            for (var one : List.of(stock, twin)) {
                one.run(Duration.ofSeconds(3));
                one.failing = .7;
                one.run(Duration.ofSeconds(3));
                one.hang();
                one.run(Duration.ofSeconds(3));
            }

            assertThat(breaker.snapshot()).isEqualTo(twin.breaker.snapshot());
            assertThat(stock.heard).isNotEmpty().isEqualTo(twin.heard);
        }

        @Test
        void partsCanBeTakenAway() {
            var bare = new Dependency(Tuning.USUAL.with(new Tuning.Parts(false, false, false, false)));
            bare.latency = Duration.ofMillis(900);
            bare.budget = Duration.ofSeconds(1);
            bare.failing = .8;

            bare.run(Duration.ofSeconds(10));

            assertThat(bare.refused).isZero();
        }

        @Test
        void aLongSleepIsNoReasonToDoubt() {
            stock.run(Duration.ofSeconds(5));

            stock.time.advance(Duration.ofDays(400));
            stock.run(Duration.ofSeconds(5));

            assertThat(stock.refused).isZero();
        }
    }

    @Nested
    class WhileHalfOpen {

        private final List<Long> probes = new ArrayList<>();

        private void probe(int calls) {
            breaker.become(BreakerState.HALF_OPEN, "test");
            for (int i = 0; i < calls; i++) {
                probes.add(breaker.enter(SECOND));
            }
        }

        @Test
        void oneProbeIsMadeAtATime() {
            probe(2);

            assertThat(AdaptiveBreaker.isProbe(probes.get(0))).isTrue();
            assertThat(probes.get(1)).isEqualTo(Rejection.OPEN.permit());
        }

        @Test
        void twoSuccessesCloseIt() {
            probe(1);

            breaker.leave(probes.get(0), Outcome.SUCCEEDED, SECOND);
            assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
            breaker.leave(breaker.enter(SECOND), Outcome.SUCCEEDED, SECOND);

            assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
            assertThat(breaker.snapshot().why()).isEqualTo("closed: 2 of 2 probes succeeded");
        }

        @Test
        void oneFailureOpensItAgain() {
            probe(1);

            breaker.leave(probes.get(0), Outcome.SUCCEEDED, SECOND);
            breaker.leave(breaker.enter(SECOND), Outcome.TIMED_OUT, SECOND);

            assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
            assertThat(breaker.snapshot().why()).isEqualTo("opened again: 1 of 2 probes failed");
            assertThat(stock.heard).containsExactly("CLOSED -> HALF_OPEN", "HALF_OPEN -> OPEN");
        }

        @Test
        void aProbeOfAnEarlierTryDoesNotCount() {
            probe(1);
            stock.time.advance(Duration.ofSeconds(5));
            breaker.tick();
            assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
            probe(1);

            breaker.leave(probes.get(0), Outcome.SUCCEEDED, SECOND);
            breaker.leave(probes.get(1), Outcome.SUCCEEDED, SECOND);

            assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        }

        @Test
        void aCallFromBeforeSaysNothing() {
            long before = breaker.enter(SECOND);
            long other = breaker.enter(SECOND);
            probe(1);

            breaker.leave(before, Outcome.FAILED, SECOND);
            breaker.leave(other, Outcome.FAILED, SECOND);

            assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        }

        @Test
        void aProbeThatSaysNothingIsMadeAgain() {
            probe(1);

            breaker.leave(probes.get(0), Outcome.IGNORED, SECOND);

            assertThat(breaker.enter(SECOND)).isNotNegative();
            assertThat(breaker.enter(SECOND)).isNegative();
        }

        @Test
        void callsWithTooLittleTimeAreNoProbes() {
            probe(0);

            assertThat(breaker.enter(TimeUnit.MILLISECONDS.toNanos(50))).isEqualTo(Rejection.DEADLINE.permit());
            assertThat(breaker.enter(Breaker.NO_DEADLINE)).isNotNegative();
        }

        @Test
        void callsThatAreAsShortAsUsualAreProbesHoweverSlowItOnceWas() {
            for (int i = 0; i < 300; i++) {
                stock.time.advance(Duration.ofMillis(1));
                breaker.leave(breaker.enter(TimeUnit.MILLISECONDS.toNanos(50)), Outcome.IGNORED, 0);
            }
            probe(0);

            assertThat(breaker.enter(TimeUnit.MILLISECONDS.toNanos(50))).isNotNegative();
        }

        @Test
        void callsThatAreALittleShorterThanUsualAreProbesToo() {
            for (int i = 0; i < 300; i++) {
                stock.time.advance(Duration.ofMillis(1));
                breaker.leave(breaker.enter(TimeUnit.MILLISECONDS.toNanos(50)), Outcome.IGNORED, 0);
            }
            probe(0);

            assertThat(breaker.enter(TimeUnit.MILLISECONDS.toNanos(43))).isEqualTo(Rejection.DEADLINE.permit());
            assertThat(breaker.enter(TimeUnit.MILLISECONDS.toNanos(49))).isNotNegative();
        }

        @Test
        void whereNobodyHasThatMuchTimeLessIsEnoughAfterAWhile() {
            probe(0);
            var brief = TimeUnit.MILLISECONDS.toNanos(300);

            assertThat(breaker.enter(brief)).isEqualTo(Rejection.DEADLINE.permit());
            stock.time.advance(Duration.ofMillis(999));
            assertThat(breaker.enter(brief)).isEqualTo(Rejection.DEADLINE.permit());
            stock.time.advance(Duration.ofMillis(1));
            var probe = breaker.enter(brief);
            assertThat(AdaptiveBreaker.isProbe(probe)).isTrue();

            // That it was not answered in so little time says nothing.
            breaker.leave(probe, Outcome.TIMED_OUT, brief);
            assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        }

        @Test
        void silenceOpensItAgain() {
            probe(1);
            breaker.leave(probes.get(0), Outcome.SUCCEEDED, SECOND);
            breaker.enter(SECOND);

            stock.time.advance(Duration.ofSeconds(5));
            breaker.tick();

            assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
            assertThat(breaker.snapshot().why()).isEqualTo("opened again: no answer to the probes in 4000 ms");
        }

        @Test
        void waitsForEverIfNobodyAsks() {
            probe(0);

            stock.time.advance(Duration.ofDays(1));
            breaker.tick();

            assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        }

        @Test
        void whatIsStillInFlightFromTheOutageDoesNotOpenItAgain() {
            for (int i = 0; i < 20; i++) {
                breaker.enter(SECOND);
            }
            probe(1);
            stock.time.advance(Duration.ofMillis(10));
            breaker.leave(probes.get(0), Outcome.SUCCEEDED, SECOND);
            breaker.leave(breaker.enter(SECOND), Outcome.SUCCEEDED, SECOND);

            for (int i = 0; i < 20; i++) {
                stock.time.advance(Duration.ofMillis(250));
                breaker.tick();
            }

            assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        }
    }

    @Nested
    class ByAnOperatorsHand {

        @Test
        void forcedOpenItRefusesUntilToldOtherwise() {
            breaker.become(BreakerState.FORCED_OPEN, "maintenance");

            stock.run(Duration.ofSeconds(30));

            assertThat(stock.refused).isEqualTo(stock.asked);
            assertThat(breaker.snapshot().rejections().get(Rejection.OPEN)).isEqualTo(stock.asked);
            assertThat(breaker.retryAfter()).isEqualTo(Duration.ofSeconds(30));
        }

        @Test
        void disabledItMakesEveryCallAndLearnsNothing() {
            breaker.become(BreakerState.DISABLED, "test");
            stock.answer = Outcome.FAILED;
            stock.run(Duration.ofSeconds(10));
            breaker.become(BreakerState.CLOSED, "test");
            stock.answer = Outcome.SUCCEEDED;
            stock.run(Duration.ofSeconds(10));

            assertThat(stock.refused).isZero();
            assertThat(stock.heard).containsExactly("CLOSED -> DISABLED", "DISABLED -> CLOSED");
        }

        @Test
        void disabledItMakesEvenCallsThatAreTooLate() {
            breaker.become(BreakerState.DISABLED, "test");

            assertThat(breaker.enter(0)).isNotNegative();
        }

        @Test
        void watchingOnlyItMakesEveryCallAndShowsWhatItThinks() {
            breaker.become(BreakerState.METRICS_ONLY, "test");
            stock.run(Duration.ofSeconds(5));
            stock.answer = Outcome.FAILED;
            stock.run(Duration.ofSeconds(10));

            assertThat(stock.refused).isZero();
            assertThat(stock.heard).containsExactly("CLOSED -> METRICS_ONLY");
            assertThat(breaker.snapshot().cusum()).isGreaterThan(breaker.snapshot().cusumAlarm());
        }

        @Test
        void opensForAsLongAsItIsTold() {
            breaker.openFor(Duration.ofMinutes(1), "test");

            assertThat(breaker.retryAfter()).isEqualTo(Duration.ofMinutes(1));
            stock.time.advance(Duration.ofSeconds(59));
            assertThat(breaker.enter(SECOND)).isEqualTo(Rejection.OPEN.permit());
            assertThat(breaker.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            stock.time.advance(Duration.ofSeconds(1));
            assertThat(breaker.enter(SECOND)).isNotNegative();
        }

        @Test
        void forgetsEverythingOnAReset() {
            stock.run(Duration.ofSeconds(5));
            breaker.become(BreakerState.FORCED_OPEN, "test");

            breaker.reset();

            assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
            assertThat(breaker.limit()).isEqualTo(100);
            assertThat(breaker.snapshot().usualP50Nanos()).isZero();
        }

        @ParameterizedTest
        @EnumSource
        void placesInFlightAreKeptThroughEveryState(BreakerState state) {
            long one = breaker.enter(SECOND);
            long other = breaker.enter(SECOND);

            breaker.become(state, "test");
            assertThat(breaker.inFlight()).isEqualTo(2);
            breaker.leave(one, Outcome.FAILED, SECOND);
            breaker.leave(other, Outcome.IGNORED, SECOND);

            assertThat(breaker.inFlight()).isZero();
            assertThat(breaker.snapshot().admitted()).isEqualTo(2);
        }
    }

    @Nested
    class Badly {

        @Test
        void aCallOutsideAnyDeadlineIsMadeAndCounted() {
            long permit = breaker.enter(Breaker.NO_DEADLINE);
            breaker.leave(permit, Outcome.SUCCEEDED, Breaker.NO_DEADLINE);

            assertThat(breaker.snapshot().withoutDeadline()).isEqualTo(1);
            assertThat(breaker.snapshot().succeeded()).isEqualTo(1);
        }

        @Test
        void aCallWhoseTimeIsUpIsNotMade() {
            assertThat(breaker.enter(0)).isEqualTo(Rejection.DEADLINE.permit());
            assertThat(breaker.enter(-1)).isEqualTo(Rejection.DEADLINE.permit());
            assertThat(breaker.inFlight()).isZero();
        }

        @Test
        void givingARefusalBackDoesNothing() {
            breaker.leave(Rejection.LIMIT.permit(), Outcome.FAILED, SECOND);

            assertThat(breaker.inFlight()).isZero();
            assertThat(breaker.snapshot().admitted()).isZero();
        }

        @Test
        void callsThatNeverEnteredCountWithTheirOutcomeAlone() {
            breaker.leaveAfter(SECOND, Outcome.SUCCEEDED, SECOND);
            breaker.leaveAfter(Long.MAX_VALUE, Outcome.SUCCEEDED, SECOND);
            breaker.leaveAfter(-1, Outcome.SUCCEEDED, SECOND);
            breaker.giveBack();

            assertThat(breaker.inFlight()).isZero();
            assertThat(breaker.snapshot().succeeded()).isEqualTo(3);
        }

        @Test
        void aListenerThatThrowsBreaksNothing() {
            var time = new ManualTime();
            var deaf = new AdaptiveBreaker(
                    "stock", Tuning.USUAL, time.nanos(), stock.random, new Failing(), AdaptiveBreaker.Follower.NONE);

            assertThat(deaf.enter(0)).isNegative();
            long permit = deaf.enter(Breaker.NO_DEADLINE);
            deaf.leave(permit, Outcome.SUCCEEDED, Breaker.NO_DEADLINE);
            deaf.become(BreakerState.OPEN, "test");
            deaf.become(BreakerState.CLOSED, "test");

            assertThat(deaf.state()).isEqualTo(BreakerState.CLOSED);
            assertThat(deaf.enter(SECOND)).isNotNegative();
        }

        @Test
        void nonsenseIsRefusedByNameValueAndRange() {
            assertThatThrownBy(() -> Tuning.Limits.USUAL.between(-1, 9)).hasMessage("least must be 0 to most, was -1");
            assertThatThrownBy(() -> new Tuning.Windows(0, 24, 3, 4, 8))
                    .hasMessage("sliceNanos must be more than 0, was 0");
            assertThatThrownBy(() -> new Tuning.Windows(1, 12, 3, 13, 8)).hasMessage("judged must be 1 to kept, was 13");
            assertThatThrownBy(() -> new Tuning.Recovery(1, 1, 0, 2, 1, 1, 1, 1))
                    .hasMessage("probes must be at least 1, was 0");
        }
    }

    private static final class Failing implements BreakerListener {

        @Override
        public void rejected(String breaker, Rejection why) {
            throw new IllegalStateException("rejected");
        }

        @Override
        public void changed(String breaker, String from, String to, String why) {
            throw new IllegalStateException("changed");
        }

        @Override
        public void withoutDeadline(String breaker) {
            throw new IllegalStateException("without deadline");
        }
    }
}
