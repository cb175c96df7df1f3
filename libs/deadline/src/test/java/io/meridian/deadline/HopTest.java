package io.meridian.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.deadline.Hop.Budget.Granted;
import io.meridian.deadline.Hop.Budget.Refused;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HopTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LEAST = Duration.ofMillis(10);

    private final ManualTime time = new ManualTime();
    private final Hop hop = new Hop("inventory", SECOND, LEAST, Reserve.USUAL);

    @Test
    void grantsWhatRemainsLessTheReserve() {
        var budget = hop.grant(Deadline.after(Duration.ofMillis(500), time.nanos()));

        assertThat(budget).isInstanceOfSatisfying(Granted.class, it -> {
            assertThat(it.reserved()).isEqualTo(Duration.ofMillis(15)); // 3 %
            assertThat(it.deadline().remaining()).isEqualTo(Duration.ofMillis(485));
            assertThat(it.deadline().budget()).isEqualTo(Duration.ofMillis(485));
        });
    }

    @Test
    void neverGrantsMoreThanItsCap() {
        var budget = hop.grant(Deadline.after(Duration.ofHours(1), time.nanos()));

        assertThat(budget).isInstanceOfSatisfying(Granted.class, it -> {
            assertThat(it.deadline().remaining()).isEqualTo(SECOND);
            assertThat(it.reserved()).isEqualTo(Duration.ofMillis(50));
        });
    }

    @ParameterizedTest
    @CsvSource({"15, true", "14, false", "5, false", "0, false", "-100, false"})
    void refusesWhatCouldNotBeAnsweredInTime(int remainingMillis, boolean granted) {
        var deadline = Deadline.after(SECOND, time.nanos());
        time.advance(SECOND.minusMillis(remainingMillis));

        var budget = hop.grant(deadline);

        assertThat(budget instanceof Granted).isEqualTo(granted);
        if (budget instanceof Refused(var left, var least)) {
            assertThat(left).isEqualTo(Duration.ofMillis(Math.max(0, remainingMillis - 5)));
            assertThat(least).isEqualTo(LEAST);
        }
    }

    @Test
    void hopThatNeedsNothingIsStillNotAskedWithNothingLeft() {
        var easy = new Hop("cache", SECOND, Duration.ZERO, new Reserve(Duration.ZERO, Duration.ZERO, 0, 0));

        assertThat(easy.grant(Deadline.after(Duration.ZERO, time.nanos()))).isInstanceOf(Refused.class);
        assertThat(easy.grant(Deadline.after(Duration.ofNanos(1), time.nanos()))).isInstanceOf(Granted.class);
    }

    @Test
    void learnsTheNetworksTimeAndKeepsBackTwiceOfIt() {
        assertThat(hop.oneWay()).isZero();

        hop.measured(Duration.ofMillis(120), Duration.ofMillis(100));
        assertThat(hop.oneWay()).isEqualTo(Duration.ofMillis(10));

        var budget = hop.grant(Deadline.after(Duration.ofMillis(200), time.nanos()));
        assertThat(budget).isInstanceOfSatisfying(
                Granted.class, it -> assertThat(it.reserved()).isEqualTo(Duration.ofMillis(20)));
    }

    @Test
    void oneOutlierMovesTheAverageByAFifth() {
        hop.measured(Duration.ofMillis(2), Duration.ZERO);

        hop.measured(Duration.ofMillis(102), Duration.ZERO);

        assertThat(hop.oneWay()).isEqualTo(Duration.ofMillis(11));
    }

    @Test
    void comesNearANetworkThatStaysAsItIs() {
        hop.measured(Duration.ofMillis(100), Duration.ZERO);

        for (var call = 0; call < 50; call++) {
            hop.measured(Duration.ofMillis(4), Duration.ZERO);
        }

        assertThat(hop.oneWay()).isBetween(Duration.ofMillis(2), Duration.ofNanos(2_010_000));
    }

    @Test
    void neighbourThatClaimsMoreThanThereWasTeachesNothing() {
        hop.measured(Duration.ofMillis(10), Duration.ofMillis(11));

        assertThat(hop.oneWay()).isZero();
    }

    @Test
    void childNeverHasMoreThanItsParent() {
        for (var seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            var clock = new ManualTime();
            var reserve = new Reserve(
                    Duration.ofMillis(random.nextInt(10)),
                    Duration.ofMillis(10 + random.nextInt(100)),
                    random.nextDouble() * 4,
                    random.nextDouble());
            var cap = Duration.ofNanos(1 + random.nextLong(Duration.ofSeconds(5).toNanos()));
            var least = Duration.ofNanos(random.nextLong(Math.min(cap.toNanos(), 50_000_000) + 1));
            var next = new Hop("next", cap, least, reserve);
            var parent = Deadline.after(Duration.ofNanos(random.nextLong(10_000_000_000L)), clock.nanos());
            clock.advance(Duration.ofNanos(random.nextLong(5_000_000_000L)));
            for (var call = 0; call < random.nextInt(5); call++) {
                next.measured(Duration.ofNanos(random.nextInt()).abs(), Duration.ofNanos(random.nextInt()).abs());
            }

            switch (next.grant(parent)) {
                case Granted(var child, var reserved) -> {
                    assertThat(child.atNanos() - parent.atNanos())
                            .describedAs("seed %d", seed)
                            .isLessThanOrEqualTo(-reserved.toNanos());
                    assertThat(child.remaining()).describedAs("seed %d", seed).isBetween(Duration.ofNanos(1), cap);
                    assertThat(child.budget()).isLessThanOrEqualTo(parent.remaining());
                    assertThat(reserved).isBetween(reserve.least(), reserve.most());
                }
                case Refused(var left, var needed) -> {
                    assertThat(left).describedAs("seed %d", seed).isBetween(Duration.ZERO, parent.remaining());
                    assertThat(left.isZero() || left.compareTo(needed) < 0).describedAs("seed %d", seed).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 0", "10, 11", "10, -1"})
    void impossibleHopIsRefused(long capMillis, long leastMillis) {
        assertThatThrownBy(() -> new Hop(
                        "inventory", Duration.ofMillis(capMillis), Duration.ofMillis(leastMillis), Reserve.USUAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("inventory")
                .hasMessageContaining(Duration.ofMillis(capMillis).toString());
    }
}
