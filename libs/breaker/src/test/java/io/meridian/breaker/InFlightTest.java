package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final InFlight calls = new InFlight();

    @Test
    void admitsAsManyAsTheLimit() {
        assertThat(calls.tryEnter(2, 0)).isEqualTo(1);
        assertThat(calls.tryEnter(2, 0)).isEqualTo(2);
        assertThat(calls.tryEnter(2, 0)).isZero();
        assertThat(calls.total()).isEqualTo(2);
    }

    @Test
    void knowsHowLongTheyLast() {
        calls.tryEnter(9, 0);
        calls.tryEnter(9, SECOND);
        calls.tryEnter(9, SECOND);

        var ages = agesAt(2 * SECOND);

        assertThat(Observed.from(ages, SECOND * 3 / 2)).isEqualTo(1);
        assertThat(Observed.from(ages, SECOND / 2)).isEqualTo(3);
    }

    @Test
    void leavesOutWhatStartedBefore() {
        calls.tryEnter(9, 0);
        calls.tryEnter(9, SECOND);
        var ages = new int[Buckets.COUNT];

        calls.agesAt(2 * SECOND, SECOND / 2, ages);

        assertThat(Observed.sum(ages)).isEqualTo(1);
    }

    @Test
    void theVeryOldOnesAreCountedUntilTheyLeave() {
        for (long start = 0; start < 20; start++) {
            calls.tryEnter(99, start * SECOND);
        }

        assertThat(calls.counted()).isEqualTo(20);
        assertThat(Observed.from(agesAt(20 * SECOND), 4 * SECOND)).isBetween(15, 17);

        for (long start = 0; start < 20; start++) {
            calls.leave(start * SECOND);
        }

        assertThat(calls.total()).isZero();
        assertThat(calls.counted()).isZero();
    }

    @Test
    void aDerivedStartMayBeAnywhereAndNothingLeaksOrGoesNegative() {
        calls.tryEnter(9, SECOND);
        calls.tryEnter(9, 9 * SECOND);

        assertThat(calls.leaveAround(7 * SECOND)).isTrue();
        assertThat(calls.leaveAround(0)).isTrue();
        assertThat(calls.leaveAround(0)).isFalse();

        assertThat(calls.total()).isZero();
        assertThat(calls.counted()).isZero();
    }

    private int[] agesAt(long now) {
        var ages = new int[Buckets.COUNT];
        calls.agesAt(now, 0, ages);
        return ages;
    }
}
