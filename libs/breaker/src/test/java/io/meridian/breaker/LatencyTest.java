package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatencyTest {

    private static final long MILLIS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Weeks of remission of the 21 patients with 6-MP in Freireich et al. (Blood 21, 1963), the example of the textbooks, with the
     * estimate as R's {@code survfit} prints it. A week is a bucket here, because only the order matters.
     */
    @Test
    void isTheProductLimitEstimateOfTheTextbooks() {
        var events = new int[Buckets.COUNT];
        var censored = new int[Buckets.COUNT];
        for (int week : new int[] {6, 6, 6, 7, 10, 13, 16, 22, 23}) {
            events[week]++;
        }
        for (int week : new int[] {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
            censored[week]++;
        }
        var none = new int[Buckets.COUNT];

        var latency = Latency.of(new Observed(
                events, none, censored, none, 0, 0, none, new Observed.Silence(0, none), 0, 0, 1, new Observed.Judged(9, 0, censored, 1), 0));

        Map.of(6, .857, 7, .807, 10, .753, 13, .690, 16, .627, 22, .538, 23, .448)
                .forEach((week, survival) ->
                        assertThat(1 - latency.share()[week]).as("week %d", week).isCloseTo(survival, within(.0005)));
        assertThat(latency.events()).isEqualTo(9);
    }

    @Test
    void withoutCensoringItIsTheShareOfAnswers() {
        var latency = Latency.of(Seen.nothing().succeeded(90, 10).succeeded(10, 100).observed());

        assertThat(latency.quantileNanos(.5)).isCloseTo(10 * MILLIS, within(2 * MILLIS));
        assertThat(latency.quantileNanos(.95)).isCloseTo(100 * MILLIS, within(20 * MILLIS));
        assertThat(latency.answeredWithin(Buckets.of(50 * MILLIS))).isCloseTo(.9, within(1e-9));
    }

    @Test
    void callsThatHangMoveTheMedianThoughNoneOfThemEnded() {
        var calm = Latency.of(Seen.nothing().succeeded(100, 10).succeeded(20, 300).observed());
        var hanging = Latency.of(
                Seen.nothing().succeeded(100, 10).succeeded(20, 300).inFlight(200, 200).observed());

        assertThat(calm.quantileNanos(.5)).isLessThan(15 * MILLIS);
        assertThat(hanging.quantileNanos(.5)).isGreaterThan(200 * MILLIS);
    }

    @Test
    void aQuantileThatIsNotReachedIsTheLongestObserved() {
        var latency =
                Latency.of(Seen.nothing().succeeded(10, 10).timedOut(90, 300).observed());

        assertThat(latency.reaches(.5)).isFalse();
        assertThat(latency.quantileNanos(.5)).isBetween(300 * MILLIS, 400 * MILLIS);
    }

    @Test
    void fastFailuresDoNotMakeItFast() {
        var latency =
                Latency.of(Seen.nothing().failed(900, 1).succeeded(100, 200).observed());

        assertThat(latency.quantileNanos(.5)).isGreaterThan(150 * MILLIS);
    }

    @Test
    void nothingIsKnownFromNothing() {
        var latency = Latency.of(Seen.nothing().observed());

        assertThat(latency.isKnown()).isFalse();
        assertThat(latency.quantileNanos(.5)).isZero();
        assertThat(latency.answeredWithin(63)).isZero();
    }
}
