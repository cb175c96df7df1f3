package io.meridian.breaker.shedding;

import static io.meridian.breaker.shedding.Priority.CRITICAL;
import static io.meridian.breaker.shedding.Priority.CRITICAL_PLUS;
import static io.meridian.breaker.shedding.Priority.SHEDDABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.breaker.shedding.Rush.Door;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the door promises under load, in virtual time; each claim is shown to fail for a plain queue. */
class OverloadTest {

    private static final int LIMIT = 16;
    private static final double SERVICE_MILLIS = 5;

    /** Calls per second that all places together can do. */
    private static final double CAPACITY = LIMIT * 1000 / SERVICE_MILLIS;

    private static final double[] MIX = {0.05, 0.20, 0.45, 0.30};
    private static final DoorSettings SETTINGS = DoorSettings.of(LIMIT);

    @Test
    void threeTimesTheLoadIsServedByImportance() {
        for (var seed : seeds(5)) {
            var rush = new Rush(seed, Rush.room(SETTINGS, seed), SERVICE_MILLIS).mix(MIX);

            rush.run(Duration.ofSeconds(4), _ -> 3 * CAPACITY);

            assertThat(rush.of(CRITICAL_PLUS).goodput()).as(rush.tallies.toString()).isGreaterThanOrEqualTo(0.99);
            assertThat(rush.of(CRITICAL).goodput()).as(rush.tallies.toString()).isGreaterThanOrEqualTo(0.99);
            assertThat(rush.of(SHEDDABLE).goodput()).as(rush.tallies.toString()).isLessThan(0.05);
            assertThat(goodput(rush)).as("nothing is idle: " + rush.tallies).isGreaterThan(0.97 / 3);
        }
    }

    @Test
    void aPlainQueueServesNobodyAtThreeTimesTheLoad() {
        var rush = new Rush(1, Rush.plainQueue(LIMIT), SERVICE_MILLIS).mix(MIX);

        rush.run(Duration.ofSeconds(4), _ -> 3 * CAPACITY);

        assertThat(rush.of(CRITICAL).goodput()).as(rush.tallies.toString()).isLessThan(0.2);
    }

    @ParameterizedTest
    @CsvSource({"16, 5", "64, 2", "64, 25", "4, 200"})
    void nobodyIsShedWhenCalm(int limit, double serviceMillis) {
        for (var seed : seeds(3)) {
            var rush = new Rush(seed, Rush.room(DoorSettings.of(limit), seed), serviceMillis)
                    .mix(MIX)
                    .deadline(Duration.ofSeconds(5));

            rush.run(Duration.ofSeconds(5), _ -> 0.6 * limit * 1000 / serviceMillis);

            assertThat(rush.tallies).as(rush.tallies.toString()).allMatch(it -> it.refused() == 0);
        }
    }

    @Test
    void itIsNoticedSoonThatTheLoadRoseByTwoFifthsAboveWhatCanBeDone() {
        for (var seed : seeds(20)) {
            var rush = new Rush(seed, Rush.room(SETTINGS, seed), SERVICE_MILLIS).mix(MIX).watchSheddingFrom(2_000);

            rush.run(Duration.ofMillis(2_500), millis -> (millis < 2_000 ? 0.7 : 1.4) * CAPACITY);

            assertThat(rush.firstShedAt / Rush.MILLI).as("seed " + seed).isBetween(2_000L, 2_100L);
        }
    }

    @Test
    void fiveSecondsAfterAnOverloadNothingIsLeftOfIt() {
        assertThat(secondsToRecover(Rush.room(SETTINGS, 3), 3)).isLessThanOrEqualTo(5);
    }

    @Test
    void aPlainQueueCarriesAnOverloadOnLongAfterIt() {
        assertThat(secondsToRecover(Rush.plainQueue(LIMIT), 1)).isGreaterThan(20);
    }

    /** Twice the load for 10 s, then 0.8 of it; until every later second has 95 % of its calls served in time. */
    private static long secondsToRecover(Door door, long seed) {
        var rush = new Rush(seed, door, SERVICE_MILLIS).mix(MIX).retrying();
        rush.run(Duration.ofSeconds(70), millis -> (millis < 10_000 ? 2.0 : 0.8) * CAPACITY);
        return rush.seconds.entrySet().stream()
                        .filter(it -> it.getValue().goodput() < 0.95)
                        .mapToLong(it -> it.getKey() + 1)
                        .max()
                        .orElse(10)
                - 10;
    }

    @Test
    void usersOfOneLevelAreShedByTheirGroupWhenItLasts() {
        var rush = new Rush(7, Rush.room(SETTINGS, 7), SERVICE_MILLIS).mix(0, 1, 0, 0);

        rush.run(Duration.ofSeconds(10), _ -> 2 * CAPACITY);

        assertThat(rush.of(CRITICAL).shed.get(Shed.THRESHOLD)).as(rush.tallies.toString()).isPositive();
        assertThat(goodput(rush)).as(rush.tallies.toString()).isGreaterThan(0.95 / 2);
    }

    private static double goodput(Rush rush) {
        return rush.tallies.stream().mapToInt(it -> it.good).sum()
                / (double) rush.tallies.stream().mapToInt(it -> it.offered).sum();
    }

    private static List<Long> seeds(int number) {
        return LongStream.rangeClosed(1, number).boxed().toList();
    }
}
