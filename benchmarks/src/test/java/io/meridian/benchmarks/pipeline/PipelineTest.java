package io.meridian.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PipelineTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(10);

    @Test
    void spreadHasItsMedianAndItsTail() {
        var spread = new Spread(Duration.ofMillis(180), 0.1, 0);
        var random = new SplittableRandom(7);

        var drawn = Stream.generate(() -> spread.draw(random))
                .limit(100_001)
                .sorted()
                .toList();

        assertThat(millis(drawn.get(50_000))).isCloseTo(180, within(0.5));
        assertThat(millis(drawn.get(99_900))).isCloseTo(millis(spread.p999()), within(4.0));
        var beyond = drawn.stream()
                .filter(it -> it.compareTo(Duration.ofMillis(220)) > 0)
                .count();
        assertThat(beyond / 100_001.0).isCloseTo(spread.shareBeyond(Duration.ofMillis(220)), within(0.001));
    }

    @Test
    void capsAreThe999thPercentilesRoundedUp() {
        assertThat(millis(Request.DATABASE.p999())).isBetween(240.0, 250.0);
        assertThat(millis(Request.CACHE.p999())).isBetween(25.0, 30.0);
        assertThat(millis(Request.EXTERNAL.p999())).isBetween(290.0, 300.0);
    }

    @Test
    void sameSeedGivesTheSameRequestsAtTheRate() {
        var requests = Request.stream(1_000, Duration.ofSeconds(20), 3);

        assertThat(requests).isEqualTo(Request.stream(1_000, Duration.ofSeconds(20), 3));
        assertThat(requests.size()).isCloseTo(20_000, within(600));
        assertThat(requests.getLast().at()).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void eachWayEndsRequestsAsItsTimeoutsSay() throws Exception {
        var brisk = new Request(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        var withoutCache = new Request(Duration.ZERO, Duration.ZERO, NEVER, Duration.ZERO);
        var withoutDatabase = new Request(Duration.ZERO, NEVER, Duration.ZERO, Duration.ZERO);
        var patient = new Caps(LONG, LONG, LONG, LONG);
        var notForTheCache = new Caps(LONG, SHORT, LONG, SHORT);
        var notForTheDatabase = new Caps(SHORT, LONG, LONG, SHORT);

        assertThat(Way.SPLIT.serve(brisk, patient, LONG)).isEqualTo(Way.Reply.WHOLE);
        assertThat(Way.SPLIT.serve(withoutCache, notForTheCache, LONG)).isEqualTo(Way.Reply.DEGRADED);
        assertThat(Way.SPLIT.serve(withoutDatabase, notForTheDatabase, LONG)).isEqualTo(Way.Reply.FAILED);
        assertThat(Way.SPLIT.serve(brisk, patient, Duration.ZERO)).isEqualTo(Way.Reply.FAILED);
        assertThat(Way.SHARED.serve(brisk, patient, LONG)).isEqualTo(Way.Reply.WHOLE);
        assertThat(Way.SHARED.serve(withoutCache, notForTheCache, LONG)).isEqualTo(Way.Reply.FAILED);
        assertThat(Way.CAPS.serve(withoutCache, notForTheCache, LONG)).isEqualTo(Way.Reply.DEGRADED);
        assertThat(Way.CAPS.serve(withoutDatabase, notForTheDatabase, LONG)).isEqualTo(Way.Reply.FAILED);
    }

    @Test
    void runCountsEveryRequest() throws Exception {
        var requests = Request.stream(100, Duration.ofMillis(300), 5);

        var run = Run.of(Way.SPLIT, requests, Duration.ofMillis(400));

        assertThat(run.requests()).isEqualTo(requests.size());
        assertThat(run.answeredNanos().length + run.failed()).isEqualTo(requests.size());
        assertThat(run.percentileMillis(0.5)).isLessThanOrEqualTo(run.percentileMillis(0.999));
    }

    @Test
    void reportSaysWhetherTheFiguresAreMet() {
        var good = new Run(new long[] {210_000_000}, new long[] {210_000_000}, 0, 0, 0);
        var bad = new Run(new long[0], new long[] {400_000_000}, 1, 0, 1);

        assertThat(report(good).verdict()).contains("p99 210 ms").doesNotContain("missed");
        assertThat(report(bad).verdict()).contains("p99 400 ms, wanted at most 320: missed", "0.2 %: missed");
        assertThat(report(good).table()).contains("| deadline and caps | 210 (210–210) |");
    }

    private static Report report(Run run) {
        Map<Way, List<Run>> runs = new EnumMap<>(Way.class);
        runs.put(Way.SPLIT, List.of(run));
        return new Report(500, SECOND, Duration.ofMillis(400), 1, List.of(0.0), "benchmarks/pipeline", runs);
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
