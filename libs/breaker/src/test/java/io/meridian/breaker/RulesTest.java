package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meridian.breaker.Probing.Verdict;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rules of the controller, one by one. */
class RulesTest {

    private static final long MILLIS = TimeUnit.MILLISECONDS.toNanos(1);

    @Nested
    class TheLimit {

        private final Tuning.Limits tuning = Tuning.Limits.USUAL;

        @Test
        void isCutByAQuarterWhenMoreThanATenthIsLost() {
            assertThat(Limiter.next(100, .11, 2, 100, tuning)).isEqualTo(75);
            assertThat(Limiter.next(100, .10, 2, 30, tuning)).isEqualTo(100);
        }

        @Test
        void shrinksByTheGradientButNotBySoMuchAtOnce() {
            assertThat(Limiter.next(100, 0, .9, 100, tuning)).isEqualTo(90);
            assertThat(Limiter.next(100, 0, .2, 100, tuning)).isEqualTo(85);
        }

        @Test
        void growsByItsRootIfHalfOfItIsUsed() {
            assertThat(Limiter.next(100, 0, 1, 50, tuning)).isEqualTo(110);
            assertThat(Limiter.next(100, 0, 1, 49, tuning)).isEqualTo(100);
        }

        @Test
        void growsByAQuarterOfItselfWhileItIsSmall() {
            assertThat(Limiter.next(.2, 0, 1, 1, tuning)).isCloseTo(.25, within(1e-9));
            assertThat(Limiter.next(2, 0, 1, 1, tuning)).isEqualTo(2.5);
        }

        @Test
        void doesNotGrowFarBeyondWhatIsUsedAndFadesBackToThat() {
            assertThat(Limiter.next(12, 0, 1, 6, tuning)).isEqualTo(15);
            assertThat(Limiter.next(13, 0, 1, 2, tuning)).isEqualTo(13);
            assertThat(Limiter.next(100, 0, 1, 2, tuning)).isEqualTo(95);
        }

        @Test
        void staysWithinItsBounds() {
            assertThat(Limiter.next(4, 1, 1, 4, tuning.between(4, 400))).isEqualTo(4);
            assertThat(Limiter.next(399, 0, 1, 399, tuning.between(4, 400))).isEqualTo(400);
            assertThat(Limiter.next(.05, 1, 1, 1, tuning.between(0, 400))).isEqualTo(.05);
        }

        @Test
        void belowOneItIsAPauseBetweenCalls() {
            assertThat(Limiter.pauseNanos(1, 50 * MILLIS, tuning)).isZero();
            assertThat(Limiter.pauseNanos(.25, 50 * MILLIS, tuning)).isEqualTo(200 * MILLIS);
            assertThat(Limiter.pauseNanos(.05, 500 * MILLIS, tuning)).isEqualTo(2000 * MILLIS);
        }
    }

    @Nested
    class TheGate {

        private final Latency latency =
                Latency.of(Seen.nothing().succeeded(60, 10).succeeded(40, 200).observed());

        @Test
        void refusesWhatHasTooLittleChance() {
            long gate = Gate.below(.5, latency);

            assertThat(Gate.refuses(gate, 5 * MILLIS)).isTrue();
            assertThat(Gate.refuses(gate, 50 * MILLIS)).isFalse();
            assertThat(Gate.refuses(Gate.below(.7, latency), 50 * MILLIS)).isTrue();
        }

        @Test
        void neverRefusesWhatHasNoDeadline() {
            assertThat(Gate.refuses(-1, Breaker.NO_DEADLINE)).isFalse();
        }
    }

    @Nested
    class TheThrottle {

        private final Tuning.Throttling tuning = Tuning.Throttling.USUAL;

        @Test
        void sparesNothingWhileHalfOfThemSucceedOrMightBeExpectedTo() {
            assertThat(Throttle.share(4, 0, tuning)).isZero();
            assertThat(Throttle.share(100, 50, tuning)).isZero();
            assertThat(Throttle.share(0, 0, tuning)).isZero();
        }

        @Test
        void sparesTheShareOfTheFormulaUpToNineTenths() {
            assertThat(Throttle.share(100, 20, tuning)).isCloseTo(40 / 101.0, within(1e-9));
            assertThat(Throttle.share(1000, 0, tuning)).isEqualTo(.9);
        }
    }

    @Nested
    class TheEvidence {

        private final Tuning.Tripping tuning = Tuning.Tripping.USUAL;

        @Test
        void growsByTheLogarithmOfTheRatioOfLikelihoods() {
            assertThat(Cusum.next(0, 1, 0, .05, tuning)).isCloseTo(Math.log(.8 / .05), within(1e-9));
            assertThat(Cusum.next(5, 0, 1, .05, tuning)).isCloseTo(5 + Math.log(.2 / .95), within(1e-9));
        }

        @Test
        void isEnoughAfterFiveFailuresInARowOfADependencyThatHardlyEverFails() {
            assertThat(Cusum.next(0, 3, 0, 0, tuning)).isGreaterThan(tuning.alarm());
            assertThat(Cusum.next(0, 2, 0, 0, tuning)).isLessThan(tuning.alarm());
            assertThat(Cusum.next(0, 5, 0, .05, tuning)).isGreaterThan(tuning.alarm());
        }

        @Test
        void isNeverBelowNothing() {
            assertThat(Cusum.next(1, 0, 1000, 0, tuning)).isZero();
        }
    }

    @Nested
    class TheWait {

        private final Tuning.Recovery tuning = Tuning.Recovery.USUAL;

        @Test
        void doublesUpToSevenTenthsOfASecondWithJitterOfAHalf() {
            assertThat(Reopening.waitNanos(0, .5, tuning)).isEqualTo(250 * MILLIS);
            assertThat(Reopening.waitNanos(1, .5, tuning)).isEqualTo(500 * MILLIS);
            assertThat(Reopening.waitNanos(2, .5, tuning)).isEqualTo(700 * MILLIS);
            assertThat(Reopening.waitNanos(1000, .5, tuning)).isEqualTo(700 * MILLIS);
            assertThat(Reopening.waitNanos(0, 0, tuning)).isEqualTo(125 * MILLIS);
            assertThat(Reopening.waitNanos(2, 1, tuning)).isEqualTo(1050 * MILLIS);
        }
    }

    @Nested
    class TheProbes {

        private final Tuning.Recovery tuning = Tuning.Recovery.USUAL;

        @Test
        void decideByTwoThatSucceedOrOneThatFails() {
            assertThat(Probing.BEGUN.and(true).verdict(tuning)).isEqualTo(Verdict.UNDECIDED);
            assertThat(Probing.BEGUN.and(true).and(true).verdict(tuning)).isEqualTo(Verdict.WORKS);
            assertThat(Probing.BEGUN.and(false).verdict(tuning)).isEqualTo(Verdict.STILL_DOWN);
            assertThat(Probing.BEGUN.and(true).and(false).verdict(tuning)).isEqualTo(Verdict.STILL_DOWN);
        }

        @Test
        void haveHalfASecondOrFourTimesWhatIsSlow() {
            assertThat(Probing.patienceNanos(20 * MILLIS, tuning)).isEqualTo(500 * MILLIS);
            assertThat(Probing.patienceNanos(200 * MILLIS, tuning)).isEqualTo(800 * MILLIS);
        }
    }
}
