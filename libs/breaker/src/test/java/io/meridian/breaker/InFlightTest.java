package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final int STRIPE = 0;

    private final InFlight calls = new InFlight();

    @Test
    void admitsAsManyAsTheLimit() {
        assertThat(calls.tryEnter(2, 0, STRIPE)).isEqualTo(1);
        assertThat(calls.tryEnter(2, 0, STRIPE)).isEqualTo(2);
        assertThat(calls.tryEnter(2, 0, STRIPE)).isZero();
        assertThat(calls.total()).isEqualTo(2);
    }

    @Test
    void knowsHowLongTheyLast() {
        calls.tryEnter(9, 0, STRIPE);
        calls.tryEnter(9, SECOND, STRIPE);
        calls.tryEnter(9, SECOND, STRIPE);

        var ages = agesAt(2 * SECOND);

        assertThat(Observed.from(ages, SECOND * 3 / 2)).isEqualTo(1);
        assertThat(Observed.from(ages, SECOND / 2)).isEqualTo(3);
    }

    @Test
    void leavesOutWhatStartedBefore() {
        calls.tryEnter(9, 0, STRIPE);
        calls.tryEnter(9, SECOND, STRIPE);
        var ages = new int[Buckets.COUNT];

        calls.agesAt(2 * SECOND, SECOND / 2, ages);

        assertThat(Observed.sum(ages)).isEqualTo(1);
    }

    @Test
    void theVeryOldOnesAreCountedUntilTheyLeave() {
        for (long start = 0; start < 20; start++) {
            calls.tryEnter(99, start * SECOND, STRIPE);
        }

        assertThat(calls.counted()).isEqualTo(20);
        assertThat(Observed.from(agesAt(20 * SECOND), 4 * SECOND)).isBetween(15, 17);

        for (long start = 0; start < 20; start++) {
            calls.leave(start * SECOND, STRIPE);
        }

        assertThat(calls.total()).isZero();
        assertThat(calls.counted()).isZero();
    }

    @Test
    void aDerivedStartMayBeAnywhereAndNothingLeaksOrGoesNegative() {
        calls.tryEnter(9, SECOND, STRIPE);
        calls.tryEnter(9, 9 * SECOND, STRIPE);

        assertThat(calls.leaveAround(7 * SECOND)).isTrue();
        assertThat(calls.leaveAround(0)).isTrue();
        assertThat(calls.leaveAround(0)).isFalse();

        assertThat(calls.total()).isZero();
        assertThat(calls.counted()).isZero();
    }

    @Test
    void callsOfAllStripesCountTogetherAndLeaveWhereTheyEntered() {
        for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
            assertThat(calls.tryEnter(Stripes.COUNT, SECOND, stripe)).isEqualTo(stripe + 1);
        }

        assertThat(calls.tryEnter(Stripes.COUNT, SECOND, 0)).isZero();
        assertThat(Observed.from(agesAt(2 * SECOND), SECOND / 2)).isEqualTo(Stripes.COUNT);

        calls.leave(SECOND, Stripes.COUNT - 1);
        for (int derived = 1; derived < Stripes.COUNT; derived++) {
            assertThat(calls.leaveAround(SECOND)).isTrue();
        }

        assertThat(calls.total()).isZero();
        assertThat(calls.counted()).isZero();
        assertThat(Observed.sum(agesAt(2 * SECOND))).isZero();
    }

    private int[] agesAt(long now) {
        var ages = new int[Buckets.COUNT];
        calls.agesAt(now, 0, ages);
        return ages;
    }
}
