package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ControlTest {

    private static final long MILLIS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Tuning tuning = Tuning.USUAL;
    private final Control calm =
            Control.initial(tuning).next(healthy().observed(), tuning).next(healthy().observed(), tuning);

    @Test
    void nothingChangesWhileNothingIsSeen() {
        var next = calm.next(Seen.nothing().medianBudget(300).observed(), tuning);

        assertThat(next.limit()).isEqualTo(calm.limit());
        assertThat(next.usual()).isEqualTo(calm.usual());
        assertThat(next.gate()).isEqualTo(Gate.OPEN);
        assertThat(next.trip()).isNull();
    }

    @Test
    void fewCallsDecideNothing() {
        var next = calm.next(
                Seen.nothing().succeeded(1, 10).medianBudget(300).observed(), tuning);

        assertThat(next.limit()).isEqualTo(calm.limit());
        assertThat(next.gate()).isEqualTo(Gate.OPEN);
    }

    @Test
    void aSlowDependencyGetsFewerCallsAndOnlyThoseWithAChance() {
        var next = calm.next(
                Seen.nothing()
                        .succeeded(100, 250)
                        .peak(20)
                        .medianBudget(300)
                        .observed(),
                tuning);

        assertThat(next.limit()).isLessThan(calm.limit());
        assertThat(Gate.refuses(next.gate(), 100 * MILLIS)).isTrue();
        assertThat(Gate.refuses(next.gate(), 400 * MILLIS)).isFalse();
        assertThat(next.usual()).isEqualTo(calm.usual());
    }

    @Test
    void timeOutsOfCallsThatHadNoChanceAreNobodysFault() {
        var next = calm.next(
                Seen.nothing().timedOut(1000, 5).silentSlices(4).medianBudget(5).observed(), tuning);

        assertThat(next.cusum()).isZero();
        assertThat(next.trip()).isNull();
        assertThat(next.throttle()).isZero();
    }

    @Test
    void opensWhenAlmostEveryCallFailsAndSaysHowMany() {
        var next = calm.next(Seen.nothing().failed(12, 1).observed(), tuning);

        assertThat(next.trip())
                .matches("opened: 12 of 12 calls failed in the last 1000 ms \\(CUSUM \\d+\\.\\d > 13\\.8\\)");
    }

    @Test
    void oneSuccessInTenKeepsItClosedHoweverStrongTheEvidence() {
        var next = calm.next(Seen.nothing().failed(900, 1).succeeded(100, 10).observed(), tuning);

        assertThat(next.cusum()).isGreaterThan(13.8);
        assertThat(next.trip()).isNull();
        assertThat(next.throttle()).isBetween(.73, .75);
    }

    @Test
    void opensWhenNothingIsAnsweredAndCallsHang() {
        var hanging = Seen.nothing().inFlight(8, 600).silentSlices(3).medianBudget(5000);

        assertThat(calm.next(hanging.observed(), tuning).trip()).contains("8 calls waited longer than");
        assertThat(calm.next(hanging.silentSlices(2).observed(), tuning).trip()).isNull();
    }

    @Test
    void whatRanOutOfTimeInTheSilenceCountsBesideWhatStillHangs() {
        var silent = Seen.nothing().inFlight(6, 600).timedOut(2, 300).silentSlices(3).medianBudget(300);

        assertThat(calm.next(silent.observed(), tuning).trip()).contains("8 calls waited longer than");
    }

    @Test
    void seesNoCallsInFlightIfToldNotTo() {
        var blind = tuning.with(new Tuning.Parts(true, true, true, false));

        var next = calm.next(
                Seen.nothing().inFlight(50, 600).silentSlices(12).observed(), blind);

        assertThat(next.trip()).isNull();
    }

    @Test
    void openingBecauseCallsHangLeavesAQuarterOfTheLimit() {
        var hung = calm.next(
                Seen.nothing().inFlight(8, 600).silentSlices(3).medianBudget(5000).observed(), tuning);

        var opened = hung.opened(tuning);

        assertThat(hung.hangs()).isTrue();
        assertThat(opened.limit()).isEqualTo(hung.limit() / 4);
        assertThat(opened.usual()).isEqualTo(hung.usual());
        assertThat(opened.cusum()).isZero();
    }

    @Test
    void openingBecauseCallsFailAtOnceLeavesTheLimit() {
        var refused = calm.next(Seen.nothing().failed(50, 1).peak(20).observed(), tuning);

        assertThat(refused.trip()).isNotNull();
        assertThat(refused.opened(tuning).limit()).isEqualTo(refused.limit());
    }

    @Test
    void aLatencyThatStaysHoweverFewCallsAreMadeIsNoReasonToMakeFewer() {
        var few = calm;
        var slow = Seen.nothing().succeeded(3, 200).peak(4).medianBudget(300).observed();

        for (int step = 0; step < 100; step++) {
            few = few.next(slow, tuning);
        }

        assertThat(few.targetNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(150));
        assertThat(few.limit()).isGreaterThan(calm.usual().inFlight());
    }

    private static Seen healthy() {
        return Seen.nothing().succeeded(100, 10).peak(15).medianBudget(300);
    }
}
