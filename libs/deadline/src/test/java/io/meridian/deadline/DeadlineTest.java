package io.meridian.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {

    /** As {@code Instant.MAX} less {@code Instant.MIN}: more nanoseconds than a long can count. */
    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    private final ManualTime time = new ManualTime();

    @Test
    void remainsWhatTheClockHasNotTaken() {
        var deadline = Deadline.after(Duration.ofSeconds(2), time.nanos());

        time.advance(Duration.ofMillis(500));

        assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(1500));
        assertThat(deadline.budget()).isEqualTo(Duration.ofSeconds(2));
        assertThat(deadline.hasPassed()).isFalse();
    }

    @Test
    void hasPassedAtTheVeryMoment() {
        var deadline = Deadline.after(Duration.ofSeconds(2), time.nanos());

        time.advance(Duration.ofSeconds(2).minusNanos(1));
        assertThat(deadline.hasPassed()).isFalse();

        time.advance(Duration.ofNanos(1));
        assertThat(deadline.hasPassed()).isTrue();
        assertThat(deadline.remainingNanos()).isZero();
    }

    @Test
    void remainingIsNeverNegativeAndSaysInNanosByHowMuchItPassed() {
        var deadline = Deadline.after(Duration.ofSeconds(1), time.nanos());

        time.advance(Duration.ofSeconds(4));

        assertThat(deadline.remaining()).isZero();
        assertThat(deadline.remainingNanos()).isEqualTo(-Duration.ofSeconds(3).toNanos());
    }

    @Test
    void clockThatOverflowsMovesNothing() {
        var before = Deadline.after(Duration.ofSeconds(2), time.nanos());
        var across = Deadline.after(Duration.ofSeconds(5), time.nanos());

        assertThat(across.sooner(before)).isSameAs(before);
        assertThat(before.sooner(across)).isSameAs(before);

        time.advance(Duration.ofSeconds(4));

        assertThat(time.nanos().getAsLong()).isNegative();
        assertThat(before.hasPassed()).isTrue();
        assertThat(across.remaining()).isEqualTo(Duration.ofSeconds(1));
        assertThat(across.sooner(before)).isSameAs(before);
    }

    @Test
    void countsFromWhenTheRequestCame() {
        var received = time.nanos().getAsLong();
        time.advance(Duration.ofMillis(300));

        var deadline = Deadline.since(received, Duration.ofSeconds(1), time.nanos());

        assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(700));
        assertThat(deadline.budget()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void countsOnTheMachineClockFromWhenTheRequestCame() {
        var received = System.nanoTime();

        var deadline = Deadline.since(received, Duration.ofMinutes(10));

        assertThat(deadline.isOnMachineClock()).isTrue();
        assertThat(deadline.atNanos() - received).isEqualTo(Duration.ofMinutes(10).toNanos());
        assertThat(deadline.sooner(Deadline.after(Duration.ofMinutes(20)))).isSameAs(deadline);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void budgetOfNothingHasPassedAlready(long nanos) {
        var deadline = Deadline.after(Duration.ofNanos(nanos), time.nanos());

        assertThat(deadline.hasPassed()).isTrue();
        assertThat(deadline.budget()).isZero();
    }

    @Test
    void budgetIsCapped() {
        assertThat(Deadline.after(FOREVER, time.nanos()).remaining()).isEqualTo(Deadline.LONGEST);
        assertThat(Deadline.after(FOREVER.negated(), time.nanos()).remaining()).isZero();
        assertThat(Deadline.after(Deadline.LONGEST.plusNanos(1), time.nanos()).budget()).isEqualTo(Deadline.LONGEST);
    }

    @Test
    void withinCountsItsBudgetFromNow() {
        var deadline = Deadline.after(Duration.ofSeconds(10), time.nanos());
        time.advance(Duration.ofSeconds(4));

        assertThat(deadline.within(Duration.ofSeconds(1)).budget()).isEqualTo(Duration.ofSeconds(1));
        assertThat(deadline.within(Duration.ofSeconds(60)).budget()).isEqualTo(Duration.ofSeconds(6));
        assertThat(deadline.within(Duration.ofSeconds(-1)).hasPassed()).isTrue();
    }

    @Test
    void keepingTakesTheReserveAway() {
        var deadline = Deadline.after(Duration.ofSeconds(1), time.nanos());

        assertThat(deadline.keeping(Duration.ofMillis(50)).remaining()).isEqualTo(Duration.ofMillis(950));
        assertThat(deadline.keeping(Duration.ZERO).remaining()).isEqualTo(Duration.ofSeconds(1));
        assertThat(deadline.keeping(Duration.ofSeconds(2)).hasPassed()).isTrue();
    }

    @Test
    void keepingAgainAndAgainNeverComesRound() {
        var deadline = Deadline.after(Duration.ofSeconds(1), time.nanos());

        for (var times = 0; times < 10; times++) {
            deadline = deadline.keeping(FOREVER);
            assertThat(deadline.hasPassed()).isTrue();
        }
    }

    @Test
    void negativeReserveIsRefused() {
        var deadline = Deadline.after(Duration.ofSeconds(1), time.nanos());

        assertThatThrownBy(() -> deadline.keeping(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.000000001S");
    }

    @Test
    void deadlinesOfDifferentClocksAreNotCompared() {
        var ours = Deadline.after(Duration.ofSeconds(1), time.nanos());
        var theirs = Deadline.after(Duration.ofSeconds(1), new ManualTime().nanos());

        assertThatThrownBy(() -> ours.sooner(theirs)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ours.sooner(Deadline.after(Duration.ofSeconds(1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhenItPasses() {
        var deadline = Deadline.after(Duration.ofSeconds(1), time.nanos());
        assertThat(deadline).hasToString("in PT1S");

        time.advance(Duration.ofSeconds(3));
        assertThat(deadline).hasToString("passed PT2S ago");
    }

    /** Whatever is done to a deadline, in whatever order and while time passes, it only ever comes nearer. */
    @Test
    void isTightenedAndNeverLoosened() {
        for (var seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var clock = new ManualTime();
            var known = new ArrayList<>(List.of(Deadline.after(anyDuration(random), clock.nanos())));

            for (var step = 0; step < 50; step++) {
                var before = known.get(random.nextInt(known.size()));
                var passed = before.hasPassed();
                var after =
                        switch (random.nextInt(5)) {
                            case 0 -> before.within(anyDuration(random));
                            case 1 -> before.keeping(anyDuration(random).abs());
                            case 2 -> before.sooner(known.get(random.nextInt(known.size())));
                            case 3 -> before.sooner(Deadline.after(anyDuration(random), clock.nanos()));
                            default -> {
                                clock.advance(Duration.ofNanos(random.nextLong(Duration.ofHours(1).toNanos())));
                                yield before;
                            }
                        };
                known.add(after);

                assertThat(after.remainingNanos())
                        .describedAs("seed %d, step %d: %s from %s", seed, step, after, before)
                        .isLessThanOrEqualTo(before.remainingNanos());
                assertThat(after.atNanos() - before.atNanos()).describedAs("seed %d, step %d", seed, step).isNotPositive();
                assertThat(!passed || after.hasPassed()).describedAs("seed %d, step %d", seed, step).isTrue();
                assertThat(after.budget()).isBetween(Duration.ZERO, Deadline.LONGEST);
            }
        }
    }

    private static Duration anyDuration(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Duration.ZERO;
            case 1 -> Deadline.LONGEST;
            case 2 -> FOREVER;
            case 3 -> Duration.ofNanos(-random.nextLong(Long.MAX_VALUE));
            case 4 -> Duration.ofNanos(random.nextLong(Long.MAX_VALUE));
            case 5 -> Duration.ofNanos(random.nextInt(1_000));
            default -> Duration.ofMillis(random.nextInt(10_000));
        };
    }
}
