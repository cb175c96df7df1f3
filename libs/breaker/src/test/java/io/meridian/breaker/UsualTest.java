package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UsualTest {

    private static final long MILLIS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Usual TEN = new Usual(10 * MILLIS, 20 * MILLIS, 0, 5);

    @Test
    void startsWithTheFirstThatIsKnown() {
        var usual = Usual.UNKNOWN.next(all(50), .01, 2, false, Tuning.USUAL);

        assertThat(usual.p50Nanos()).isCloseTo(50 * MILLIS, within(10 * MILLIS));
        assertThat(usual.failureShare()).isEqualTo(.01);
    }

    @Test
    void followsDownwardsAQuarterOfTheWayAndUpwardsAFiftieth() {
        var latency = all(20);
        long now = latency.quantileNanos(.5);

        var up = TEN.next(latency, 0, 5, true, Tuning.USUAL);
        var down = new Usual(80 * MILLIS, 90 * MILLIS, 0, 0).next(latency, 0, 5, true, Tuning.USUAL);

        assertThat(up.p50Nanos() - 10 * MILLIS).isCloseTo((now - 10 * MILLIS) / 50, within(1L));
        assertThat(80 * MILLIS - down.p50Nanos()).isCloseTo((80 * MILLIS - now) / 4, within(1L));
    }

    @Test
    void badTimesAreNotUsual() {
        assertThat(TEN.next(all(500), .5, 9, false, Tuning.USUAL)).isEqualTo(TEN);
    }

    @Test
    void aMedianThatIsNotReachedTeachesNothing() {
        var hanging = Latency.of(Seen.nothing().succeeded(1, 10).timedOut(99, 300).observed());

        assertThat(Usual.UNKNOWN.next(hanging, 0, 5, true, Tuning.USUAL)).isEqualTo(Usual.UNKNOWN);
    }

    @Test
    void slowIsFourTimesTheMedianOrTwiceTheNinetyFifthWithinBounds() {
        assertThat(TEN.slowNanos(Tuning.USUAL)).isEqualTo(40 * MILLIS);
        assertThat(new Usual(10 * MILLIS, 60 * MILLIS, 0, 0).slowNanos(Tuning.USUAL)).isEqualTo(120 * MILLIS);
        assertThat(new Usual(MILLIS, MILLIS, 0, 0).slowNanos(Tuning.USUAL)).isEqualTo(20 * MILLIS);
        assertThat(new Usual(900 * MILLIS, 950 * MILLIS, 0, 0).slowNanos(Tuning.USUAL)).isEqualTo(1000 * MILLIS);
        assertThat(Usual.UNKNOWN.slowNanos(Tuning.USUAL)).isEqualTo(1000 * MILLIS);
    }

    @Test
    void theTargetIsAnchoredToTheDeadlinesAndNotToTheIdleLatency() {
        assertThat(TEN.targetNanos(300 * MILLIS, 0, Tuning.USUAL)).isEqualTo(150 * MILLIS);
        assertThat(TEN.targetNanos(20 * MILLIS, 0, Tuning.USUAL)).isEqualTo(16 * MILLIS);
        assertThat(TEN.targetNanos(0, 0, Tuning.USUAL)).isEqualTo(40 * MILLIS);
        assertThat(Usual.UNKNOWN.targetNanos(300 * MILLIS, 0, Tuning.USUAL)).isZero();
    }

    @Test
    void theTargetIsAboveALatencyThatNoLimitCanLowerButNotBeyondTheDeadlines() {
        assertThat(TEN.targetNanos(300 * MILLIS, 120 * MILLIS, Tuning.USUAL)).isEqualTo(180 * MILLIS);
        assertThat(TEN.targetNanos(300 * MILLIS, 250 * MILLIS, Tuning.USUAL)).isEqualTo(300 * MILLIS);
        assertThat(TEN.targetNanos(300 * MILLIS, 50 * MILLIS, Tuning.USUAL)).isEqualTo(150 * MILLIS);
    }

    @Test
    void unavoidableIsTheLeastOfTheLastTenToTwentyMedians() {
        var seen = Unavoidable.UNKNOWN;
        assertThat(seen.nanos()).isZero();

        seen = seen.and(20, 10);
        for (int step = 0; step < 10; step++) {
            seen = seen.and(200 + step, 10);
        }
        assertThat(seen.nanos()).isEqualTo(20);
        for (int step = 0; step < 10; step++) {
            seen = seen.and(300, 10);
        }

        assertThat(seen.nanos()).isEqualTo(209);
    }

    private static Latency all(long millis) {
        return Latency.of(Seen.nothing().succeeded(100, millis).observed());
    }
}
