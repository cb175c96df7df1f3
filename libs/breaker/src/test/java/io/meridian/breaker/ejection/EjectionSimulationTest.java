package io.meridian.breaker.ejection;

import static io.meridian.breaker.ejection.Traffic.Reply.failure;
import static io.meridian.breaker.ejection.Traffic.Reply.ok;
import static io.meridian.breaker.ejection.Traffic.Reply.refused;
import static io.meridian.breaker.ejection.Traffic.Reply.timeOut;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.breaker.Outcome;
import io.meridian.breaker.ejection.Traffic.Behaviour;
import io.meridian.breaker.ejection.Traffic.Reply;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import java.util.List;
import java.util.stream.IntStream;

/** Whole stretches of traffic in virtual time, many seeds each. */
class EjectionSimulationTest {

    static final List<Integer> SEEDS = IntStream.range(0, 10).boxed().toList();

    private static final Duration FAULT = ofSeconds(20);
    private static final Duration HEALED = ofSeconds(80);

    static Stream<Arguments> faultsOfOne() {
        return Stream.of(
                Arguments.of("errors at once", 50.0, during(FAULT, HEALED, failure(1))),
                Arguments.of("errors at once", 300.0, during(FAULT, HEALED, failure(1))),
                Arguments.of("errors late", 50.0, during(FAULT, HEALED, failure(300))),
                Arguments.of("hangs", 50.0, during(FAULT, HEALED, timeOut(1000))),
                Arguments.of("hangs", 300.0, during(FAULT, HEALED, timeOut(1000))),
                Arguments.of("away", 20.0, during(FAULT, HEALED, refused())),
                Arguments.of("away", 300.0, during(FAULT, HEALED, refused())));
    }

    @ParameterizedTest(name = "{0} at {1}/s")
    @MethodSource("faultsOfOne")
    void oneOfTwoThatFailsGetsLessThanOnePerCentWithinTenSecondsAndItsShareSoonAfter(
            String fault, double rate, Behaviour behaviour) {
        for (var seed : SEEDS) {
            var traffic = new Traffic(seed, "good", "bad").with("bad", behaviour).run(rate, ofSeconds(120));

            assertThat(traffic.share("bad", ofSeconds(0), FAULT)).as("before, seed %d", seed).isBetween(0.4, 0.6);
            assertThat(traffic.share("bad", FAULT.plusSeconds(10), HEALED)).as("during, seed %d", seed).isLessThan(0.01);
            assertThat(traffic.share("bad", HEALED.plusSeconds(25), ofSeconds(120))).as("after, seed %d", seed).isBetween(0.35, 0.65);
            assertThat(traffic.isOut("bad")).isFalse();
            assertThat(traffic.mostOut).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void anInstanceThatRefusesConnectionsIsPassedOverFromTheNextRequestOn(int seed) {
        var traffic = new Traffic(seed, "good", "bad").with("bad", (_, _) -> refused()).run(20, ofSeconds(9));

        assertThat(traffic.sent.stream().filter(it -> it.to().equals("bad"))).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void whatAllSufferFromEjectsNobody(int seed) {
        var traffic = new Traffic(seed, "a", "b", "c");
        for (var name : List.of("a", "b", "c")) {
            traffic.with(name, during(FAULT, HEALED, failure(5)));
        }

        traffic.run(300, ofSeconds(100));

        assertThat(traffic.news).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void anOverloadThatEverySecondCallFailsOfEjectsHardlyAnybodyAndNeverMoreThanHalf(int seed) {
        Behaviour half = (_, random) -> random.nextBoolean() ? ok(20) : timeOut(200);
        var traffic = new Traffic(seed, "a", "b", "c", "d").with("a", half).with("b", half).with("c", half).with("d", half);

        traffic.run(200, ofSeconds(60));

        assertThat(traffic.mostOut).as(traffic.news.toString()).isLessThanOrEqualTo(1);
        assertThat(traffic.news.size()).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void healthyInstancesWithAFewErrorsAreNeverEjected(int seed) {
        Behaviour noisy = (_, random) -> random.nextInt(100) < 5 ? failure(5) : ok(5 + random.nextInt(20));
        var traffic = new Traffic(seed, "a", "b", "c").with("a", noisy).with("b", noisy).with("c", noisy);

        traffic.run(300, ofSeconds(120));

        assertThat(traffic.news).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void neverMoreThanHalfAreOutHoweverManyAreAway(int seed) {
        var traffic = new Traffic(seed, "a", "b", "c", "d", "e");
        for (var name : List.of("a", "b", "c", "d")) {
            traffic.with(name, during(FAULT, HEALED, refused()));
        }

        traffic.run(100, ofSeconds(60));

        assertThat(traffic.mostOut).isEqualTo(2);
        assertThat(traffic.share("e", FAULT.plusSeconds(1), ofSeconds(60))).isGreaterThan(0.15);
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void ifTheOneThatIsLeftFailsTheOtherIsSoonLookedAfterAndTakesOver(int seed) {
        var traffic = new Traffic(seed, "a", "b")
                .with("a", during(FAULT, ofSeconds(60), refused()))
                .with("b", during(ofSeconds(60), ofSeconds(200), refused()));

        traffic.run(50, ofSeconds(80));

        assertThat(traffic.share("a", ofSeconds(65), ofSeconds(80))).isGreaterThan(0.95);
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void oneThatFlapsStaysOutLongerEachTime(int seed) {
        Behaviour flapping = (at, _) -> at.toSeconds() % 4 < 2 ? ok(10) : failure(2);
        var traffic = new Traffic(seed, "good", "bad").with("bad", flapping).run(100, ofSeconds(180));

        assertThat(traffic.sent.stream()
                        .filter(it -> it.at().compareTo(ofSeconds(60)) > 0)
                        .filter(it -> it.outcome() != Outcome.SUCCEEDED))
                .hasSizeLessThan(12 * 20); // plain choice by chance: 12 s of each of which 25 fail a second
        assertThat(traffic.share("good", ofSeconds(60), ofSeconds(180))).isGreaterThan(0.7);
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void oneThatFailsQuicklyBesideSlowOnesDrawsNoMoreThanItsShare(int seed) {
        Behaviour slow = (_, _) -> ok(200);
        var traffic = new Traffic(seed, "good", "bad").with("good", slow).with("bad", during(ofSeconds(5), HEALED, failure(1)));

        traffic.run(50, ofSeconds(10));

        assertThat(traffic.sent.stream().filter(it -> it.outcome() != Outcome.SUCCEEDED)).hasSizeBetween(10, 40);
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void halfAFailureIsFoundToo(int seed) {
        Behaviour half = (at, random) -> at.compareTo(FAULT) >= 0 && random.nextBoolean() ? failure(10) : ok(10);
        var traffic = new Traffic(seed, "good", "bad").with("bad", half).run(100, ofSeconds(60));

        assertThat(traffic.news).isNotEmpty().first().asString().startsWith("inventory bad out: ").contains("elsewhere");
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void aSlowInstanceIsAskedLessAndNotEjected(int seed) {
        var traffic = new Traffic(seed, "quick", "slow").with("slow", (_, _) -> ok(200)).run(100, ofSeconds(60));

        assertThat(traffic.share("slow", ofSeconds(5), ofSeconds(60))).isBetween(0.0005, 0.1);
        assertThat(traffic.news).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void timeOutsOfBudgetsThatNobodyCouldKeepAreHeldAgainstNobody(int seed) {
        Behaviour hurried = (_, random) -> random.nextInt(3) == 0 ? timeOut(10) : ok(20);
        var traffic = new Traffic(seed, "a", "b").with("a", (_, _) -> ok(20)).with("b", hurried).run(100, ofSeconds(60));

        assertThat(traffic.news).isEmpty();
    }

    @Test
    void withoutEjectionTheBadOneWouldHaveItsHalf() {
        var alone = new Traffic(1, "only").with("only", (_, _) -> failure(1)).run(50, ofSeconds(30));

        assertThat(alone.share("only", ofSeconds(20), ofSeconds(30))).isEqualTo(1);
        assertThat(alone.news).isEmpty();
    }

    private static Behaviour during(Duration from, Duration to, Reply reply) {
        return (at, _) -> at.compareTo(from) >= 0 && at.compareTo(to) < 0 ? reply : ok(10);
    }

    @Test
    void newsAreSentencesWithTheFiguresThatLedToThem() {
        var traffic = new Traffic(3, "good", "bad")
                .with("bad", during(ofSeconds(5), ofSeconds(15), failure(1)))
                .run(100, ofSeconds(60));

        assertThat(traffic.news).hasSize(2);
        assertThat(traffic.news.getFirst()).matches("inventory bad out: \\d+ calls in a row failed, while 100 % of \\d+ succeeded elsewhere");
        assertThat(traffic.news.getLast()).isEqualTo("inventory bad back: 3 requests in a row went well");
        assertThat(traffic.now()).isEqualTo(ofMillis(60_000));
    }
}
