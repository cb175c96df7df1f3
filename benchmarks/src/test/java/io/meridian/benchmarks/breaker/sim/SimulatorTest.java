package io.meridian.benchmarks.breaker.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.meridian.benchmarks.breaker.sim.Scenario.Curve;
import io.meridian.benchmarks.breaker.sim.Scenario.Topology;
import io.meridian.breaker.Tuning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimulatorTest {

    private static final Contender NOTHING = new Contender("nothing", "", (_, _) -> new Policy.Nothing());

    static List<Contender> contenders() {
        return Contender.ALL;
    }

    static List<Scenario> scenarios() {
        return Scenario.ALL;
    }

    @ParameterizedTest
    @MethodSource("contenders")
    void sameSeedGivesTheSameScoreBitByBit(Contender contender) {
        var cell = cell("step4x", 10);

        var once = score(cell, contender, 7);
        var again = score(cell, contender, 7);

        assertThat(again).isEqualTo(once);
        assertThat(score(cell, contender, 8)).isNotEqualTo(once);
    }

    @Test
    void resultsDoNotDependOnTheThreads() {
        var tasks = new ArrayList<Result.Task>();
        for (var contender : List.of(Contender.NONE, Contender.RESILIENCE_WAIT_1S)) {
            tasks.add(new Result.Task(contender, cell("blackhole", 1)));
            tasks.add(new Result.Task(contender, cell("overload4x", 1)));
        }

        var beside = Result.of(tasks, 2, _ -> {});

        assertThat(beside)
                .extracting(Result::scores)
                .containsExactlyElementsOf(
                        tasks.stream().map(it -> it.over(2).scores()).toList());
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void eachScenarioEndsAndNobodyBeatsTheOptimumByMoreThanItsFirstBacklog(Scenario scenario) {
        var score = score(new Cell(scenario, 1, 1), Contender.RESILIENCE_WAIT_1S, 1);

        assertThat(score.calls()).isGreaterThan(10_000);
        assertThat(score.goodput()).isLessThan(scenario.optimum(1, Scenario.FAULT, Scenario.HEAL) + 0.05);
    }

    @Test
    void healthyServiceAnswersEverybody() {
        for (var scale : List.of(0.2, 1.0, 5.0)) {
            var score = score(new Cell(Scenario.named("healthy"), 1, scale), Contender.NONE, 3);

            assertThat(score.goodput()).isGreaterThan(0.99);
            assertThat(score.refused()).isZero();
            assertThat(score.wastedInFault()).isLessThan(0.01);
        }
    }

    /** The time in an M/M/c system by Erlang's formula C; 90 % busy, so that half of the calls wait. */
    @Test
    void answersComeAsFastAsErlangsFormulaSays() {
        var workers = 20;
        var erlangs = 18.0;
        var within = 60.0;
        var scenario = Scenario.calm("M/M/20", "")
                .on(new Topology(720, 1, workers, 25, Demand.EXPONENTIAL, 100_000, List.of(within), List.of(1.0)));

        var good = IntStream.range(0, 10)
                .mapToDouble(seed ->
                        score(new Cell(scenario, 1, 1), Contender.NONE, seed).goodputAfter())
                .average()
                .orElseThrow();

        assertThat(good).isCloseTo(1 - shareBeyond(within / 25, workers, erlangs), within(0.01));
    }

    @Test
    void refusingEverythingScoresNothing() {
        var score = score(cell("healthy", 1), NOTHING, 1);

        assertThat(score.goodput()).isZero();
        assertThat(score.refused()).isEqualTo(1);
        assertThat(score.recoverSeconds()).isEqualTo(Scenario.END - Scenario.HEAL);
    }

    @Test
    void refusingNothingDrownsAnOverloadedService() {
        var score = score(cell("overload4x", 1), Contender.NONE, 1);

        assertThat(score.goodput()).isLessThan(0.05);
        assertThat(score.wastedInFault()).isGreaterThan(0.4);
        assertThat(score.shedSeconds()).isEqualTo(Scenario.HEAL - Scenario.FAULT);
    }

    @Test
    void optimumIsWhatTheServiceCanServe() {
        for (var name : Scenario.HEADLINE) {
            for (var scale : List.of(0.2, 1.0, 5.0)) {
                assertThat(Scenario.named(name).optimum(scale, Scenario.FAULT, Scenario.HEAL)).isCloseTo(0.5, within(0.005));
            }
        }
        assertThat(Scenario.named("blackhole").optimum(1, Scenario.FAULT, Scenario.HEAL)).isZero();
        assertThat(Scenario.named("flap").optimum(1, Scenario.FAULT, Scenario.HEAL)).isCloseTo(0.5, within(0.04));
    }

    /** A small run of what docs/evidence/breaker.md says with a hundred seeds, with room for chance. */
    @Test
    void oursAnswersMoreInTimeThanAnyPeerAndNowhereLittle() {
        var contenders = List.of(
                Contender.OURS,
                Contender.RESILIENCE_WAIT_1S,
                Contender.named("aimd-tuned"),
                Contender.named("r4j-tuned+aimd-tuned"));
        var cells = Simulator.cells(
                Scenario.HEADLINE.stream().map(Scenario::named).toList(), List.of(1, 10), List.of(0.2, 1.0, 5.0));

        var results = new Results(Result.of(Simulator.tasks(contenders, cells), 1, _ -> {})).headline();

        var ours = results.of(Contender.OURS);
        assertThat(ours.goodput()).isGreaterThan(0.43);
        assertThat(ours.worst().goodput()).isGreaterThan(0.25);
        assertThat(ours.mean(Score::refusedBefore)).isZero();
        for (var peer : results.without(Contender.OURS).contenders()) {
            assertThat(ours.goodput()).isGreaterThan(1.25 * results.of(peer).goodput());
        }
    }

    @Test
    void oursOpensOnABlackholeWithinASecondAndRecovers() {
        for (var clients : List.of(1, 10)) {
            var score = score(cell("blackhole", clients), Contender.OURS, 1);

            assertThat(score.openSeconds()).isLessThanOrEqualTo(1);
            assertThat(score.recoverSeconds()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void oursDoesNotGiveInToRetries() {
        var series = new Series();

        Simulation.run(new Cell(Scenario.METASTABLE, 10, 1), Contender.OURS, Retries::budget, 1, series, null);

        assertThat(series.recoverSeconds(Scenario.FAULT)).isLessThanOrEqualTo(5);
    }

    /** The control: without a breaker and a budget the second attempts keep the service down for good. */
    @Test
    void withoutAnythingRetriesSustainTheOverload() {
        var series = new Series();

        Simulation.run(
                new Cell(Scenario.METASTABLE, 10, 1), Contender.NONE, _ -> Retries.ALWAYS, 1, series, null);

        assertThat(series.recoverSeconds(Scenario.FAULT)).isEqualTo(Scenario.END - Scenario.FAULT);
    }

    @Test
    void constantsOfOursCanBeChangedByName() {
        var tuning = Tunings.usualBut(Map.of("limits.steepest", "0.5", "parts.gate", "false"));

        assertThat(tuning.limits().steepest()).isEqualTo(0.5);
        assertThat(tuning.parts().gate()).isFalse();
        assertThat(tuning.windows()).isEqualTo(Tuning.USUAL.windows());
        assertThatThrownBy(() -> Tunings.usualBut(Map.of("limits.clever", "1")))
                .hasMessageContaining("limits.clever")
                .hasMessageContaining("steepest");
        assertThatThrownBy(() -> Tunings.usualBut(Map.of("windows.samples", "0")))
                .hasMessageContaining("samples must be at least 1, was 0");
    }

    @Test
    void heldOutScenariosAreNotAmongThoseForTuning() {
        assertThat(Scenario.tuned()).noneMatch(Scenario::isHeldOut);
        assertThat(Scenario.ALL).filteredOn(Scenario::isHeldOut).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void slowServerThatForgetsItsCallersWastesItsWork() {
        var slow = Scenario.calm("slow", "").withSlowness(Curve.duringFault(4));

        assertThat(score(new Cell(slow, 1, 1), Contender.NONE, 2).wastedInFault()).isGreaterThan(0.3);
    }

    @Test
    void agendaGivesTheEarliestAndAmongEqualsTheFirst() {
        var random = new SplittableRandom(5);
        var agenda = new Agenda();
        var expected = new long[10_000][];
        for (var it = 0; it < expected.length; it++) {
            expected[it] = new long[] {random.nextInt(500), it};
            agenda.add(expected[it][0], it);
        }
        Arrays.sort(expected, (one, other) ->
                one[0] == other[0] ? Long.compare(one[1], other[1]) : Long.compare(one[0], other[0]));

        for (var each : expected) {
            assertThat(agenda.time()).isEqualTo(each[0]);
            assertThat(agenda.poll()).isEqualTo((int) each[1]);
        }
        assertThat(agenda.isEmpty()).isTrue();
    }

    private static double shareBeyond(double time, int workers, double erlangs) {
        var inverse = 1.0;
        for (var it = 1; it <= workers; it++) {
            inverse = 1 + inverse * it / erlangs;
        }
        var blocked = 1 / inverse;
        var waits = blocked / (1 - erlangs / workers * (1 - blocked));
        var spare = workers - 1 - erlangs;
        return Math.exp(-time) * (1 + waits * (1 - Math.exp(-time * spare)) / spare);
    }

    private static Score score(Cell cell, Contender contender, long seed) {
        return Simulation.run(cell, contender, seed, new Series());
    }

    private static Cell cell(String scenario, int clients) {
        return new Cell(Scenario.named(scenario), clients, 1);
    }
}
