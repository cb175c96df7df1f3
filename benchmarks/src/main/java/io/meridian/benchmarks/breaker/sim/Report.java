package io.meridian.benchmarks.breaker.sim;

import io.meridian.benchmarks.breaker.sim.Drawing.Line;
import io.meridian.benchmarks.breaker.sim.Drawing.Panel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is claimed of the breaker by simulation, with the command that gives each figure.
 *
 * @param seeds of each cell
 * @param play how cells are played
 */
record Report(int seeds, BiFunction<List<Result.Task>, Integer, Results> play) {

    /** What follows this heading in the file is written by hand and stays. */
    private static final String BY_HAND = "## What was tried";

    private static final String NAME = "breaker";
    private static final long HEALTHY_CALLS = 10_000_000;
    private static final List<Integer> CLIENTS = List.of(1, 10, 100);
    private static final List<Double> SCALES = List.of(0.2, 1.0, 5.0);
    private static final List<String> SHOWN =
            List.of("meridian", "none", "r4j-wait1", "gradient2-min2", "aimd-tuned", "r4j-wait1+gradient2-min2");

    void writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        var file = directory.resolve(NAME + ".md");
        var text = markdown(directory);
        var byHand = Files.exists(file) ? Files.readString(file) : "";
        var from = byHand.indexOf(BY_HAND);
        Files.writeString(file, text + (from < 0 ? BY_HAND + "\n" : byHand.substring(from)));
    }

    private String markdown(Path directory) throws IOException {
        var headline = play.apply(
                Simulator.tasks(
                        Contender.ALL,
                        Simulator.cells(
                                Scenario.HEADLINE.stream().map(Scenario::named).toList(), List.of(1, 10), SCALES)),
                seeds);
        var matrix = play.apply(
                Simulator.tasks(Contender.ALL, Simulator.cells(Scenario.ALL, CLIENTS, SCALES)), seedsOfTheMatrix());
        var tuned = matrix.where(it -> !it.scenario().isHeldOut());
        draw(directory, "cells", heatMap(headline));
        draw(directory, "weather", weather(matrix));
        draw(directory, "limits", limits());
        return introduction() + headline(headline) + matrix(tuned) + heldOut(matrix) + blackhole(matrix) + cold(matrix)
                + healthy(matrix) + retries() + ablation();
    }

    /** There are 216 cells for each policy, and eighteen that count. */
    private int seedsOfTheMatrix() {
        return Math.max(1, seeds / 5);
    }

    private static void draw(Path directory, String what, Drawing drawing) throws IOException {
        Files.writeString(directory.resolve(NAME + "-" + what + ".svg"), drawing.svg());
    }

    private String introduction() {
        return """
                # The breaker in simulated weather

                Clients call one service in bad weather, each with a breaker or limiter of its own. Those are the real classes of
                `libs/breaker`, of Resilience4j 2.4.0 and of Netflix concurrency-limits 0.5.4; the clock, the calls and the service are
                simulated, and a seed decides a run to the last bit. All of this was written by one command:

                    benchmarks/breaker --seeds %d --report docs/evidence

                **The service**, unless a scenario says otherwise: 20 workers, a first-in first-out queue of 2,000, 25 ms of log-normal work
                a call, 400 calls a second as a Poisson stream: half busy. Callers wait 100, 300 or 1,000 ms (20, 60 and 20 %% of them). The
                service is not told when one gives up and goes on working for nothing. Good weather for 30 s, bad for 30 s, good for 30 s.
                Scale x0.2 or x5 multiplies work, deadlines and workers; the calls stay as many.

                **Goodput** is the share of calls answered within their deadline, of all that came during the bad 30 s. *At best* is a
                bound that knows no deadline but the longest and no chance. Figures are means over %d seeds in the 18 cells and %d in the
                others; a seed gives every policy the same calls, with the same work and fates. A time-out is an error to Resilience4j and a drop to the limiters; a limiter ignores what
                fails at once. `--list` says what each policy is set to; *tuned* ones were set by hand for this service at scale x1.

                **Held out**: the scales x0.2 and x5, and five scenarios (other distributions, another service, other budgets, slow keys) with
                seeds of their own. The scales were in view while the breaker was tuned, so the 12 cells of them say that one set of
                constants does for all, not that they are unseen; the five scenarios were played once, after it.

                """
                .formatted(seeds, seeds, seedsOfTheMatrix());
    }

    private String headline(Results headline) {
        var ours = headline.of(Contender.OURS);
        var peers = headline.without(Contender.OURS);
        var best = peers.best();
        return """
                ## The 18 cells

                step4x, brownout and overload4x with 1 and 10 clients at three scales; at best 0.5 in each.

                    benchmarks/breaker --seeds %d

                %s
                Mean %.3f, wanted at least 0.42: %s. %.2f times the best peer (%s), wanted 1.3: %s. Worst cell %.3f, wanted 0.20: %s,
                stretch 0.35: %s. Work wasted %.1f %% of all that was done, wanted at most 3 %%: %s.

                ![Goodput by policy and cell](breaker-cells.svg)

                ![Goodput over time](breaker-weather.svg)

                ![Limits over time](breaker-limits.svg)

                """
                .formatted(
                        seeds,
                        Tables.ranking(headline),
                        ours.goodput(),
                        met(ours.goodput() >= 0.42),
                        ours.goodput() / peers.of(best).goodput(),
                        best.name(),
                        met(ours.goodput() >= 1.3 * peers.of(best).goodput()),
                        ours.worst().goodput(),
                        met(ours.worst().goodput() >= 0.2),
                        met(ours.worst().goodput() >= 0.35),
                        100 * ours.mean(Score::wasted),
                        met(ours.mean(Score::wasted) <= 0.03));
    }

    private String matrix(Results tuned) {
        return """
                ## Every scenario

                Goodput during the bad weather at scale x1, ours beside the best of the %d others, whichever that is in the cell: no single one
                of them has that column. Bold where ours is not less.

                    benchmarks/breaker --seeds %d --scenario all --clients 1,10,100 --scales 1 --cells

                %s
                Over all %d cells of these scenarios, 1, 10 and 100 clients, three scales:

                    benchmarks/breaker --seeds %d --scenario all --clients 1,10,100

                %s
                """
                .formatted(
                        tuned.contenders().size() - 1,
                        seedsOfTheMatrix(),
                        Tables.scenarios(tuned.where(it -> it.scale() == 1), CLIENTS, false),
                        tuned.cells().size(),
                        seedsOfTheMatrix(),
                        Tables.ranking(tuned));
    }

    private String heldOut(Results matrix) {
        var heldOut = matrix.where(it -> it.scenario().isHeldOut());
        return """
                ## Held-out scenarios

                At scale x1:

                %s
                All of their %d cells:

                %s
                """
                .formatted(
                        Tables.scenarios(heldOut.where(it -> it.scale() == 1), CLIENTS, false),
                        heldOut.cells().size(),
                        Tables.ranking(heldOut));
    }

    private String blackhole(Results matrix) {
        var text = new StringBuilder(
                """
                ## A blackhole: seconds to open, and to recover

                Opening counts from the fault's beginning, the mean of the clients; recovery from its end until three seconds with 95 %% goodput
                each. Median and 95th percentile of the seeds, at scale x1. A client of 100 makes four calls a second: what it can know it learns
                in seconds.

                    benchmarks/breaker --seeds %d --scenario blackhole --clients 1,10,100 --scales 1 --cells

                | policy | opens, 1 client | 10 clients | 100 clients | recovers, 1 client | 10 clients | 100 clients |
                |---|---|---|---|---|---|---|
                """
                        .formatted(seedsOfTheMatrix()));
        var here = matrix.where(it -> it.scenario().name().equals("blackhole") && it.scale() == 1);
        for (var contender : here.contenders()) {
            text.append("| ").append(contender.name()).append(" |");
            for (ToDoubleFunction<Score> value : List.<ToDoubleFunction<Score>>of(Score::openSeconds, Score::recoverSeconds)) {
                for (var count : CLIENTS) {
                    var it = here.of(contender).where(cell -> cell.clients() == count).only();
                    text.append(" %s, %s |"
                            .formatted(
                                    Tables.figure("%.2f", it.percentile(0.5, value)),
                                    Tables.figure("%.2f", it.percentile(0.95, value))));
                }
            }
            text.append('\n');
        }
        var ours = here.of(Contender.OURS).where(it -> it.clients() <= 10);
        var opens = ours.all().stream()
                .mapToDouble(it -> it.percentile(0.95, Score::openSeconds))
                .max()
                .orElseThrow();
        var recovers = ours.all().stream()
                .mapToDouble(it -> it.percentile(0.95, Score::recoverSeconds))
                .max()
                .orElseThrow();
        return text.append(
                        """

                        Ours with 1 and 10 clients: opens in at most %.2f s, wanted 1: %s; recovers in at most %.2f s (p95), wanted 3: %s.

                        """
                                .formatted(opens, met(opens <= 1), recovers, met(recovers <= 3)))
                .toString();
    }

    private String cold(Results matrix) {
        var ours = matrix.of(Contender.OURS)
                .where(it -> it.scenario().name().equals("blackcold") && it.scale() == 1 && it.clients() <= 10);
        return """
                ## Afterwards

                Goodput in the 30 s after the bad weather, at scale x1. After `blackcold` the cache is cold, and only served calls warm it.

                %s
                Ours after `blackcold`: %s with 1 client and %s with 10, wanted 0.58: %s.

                """
                .formatted(
                        Tables.scenarios(
                                matrix.where(it -> it.scale() == 1 && !it.scenario().isHeldOut()), CLIENTS, true),
                        "%.3f".formatted(ours.where(it -> it.clients() == 1).mean(Score::goodputAfter)),
                        "%.3f".formatted(ours.where(it -> it.clients() == 10).mean(Score::goodputAfter)),
                        met(ours.all().stream().allMatch(it -> it.mean(Score::goodputAfter) >= 0.58)));
    }

    private String healthy(Results matrix) {
        var text = new StringBuilder(
                """
                ## False alarms

                Refused calls and openings where nothing is wrong with the service; the whole 90 s, warming up included. All nine cells of each
                scenario; in `noisytail` at small scales and in `diurnal10x` some calls are late by bad luck, whoever lets them through.

                    benchmarks/breaker --seeds %d --scenario healthy,noisytail,diurnal10x --clients 1,10,100 --cells

                | policy | healthy: refused | the worst of its cells | noisytail: refused | diurnal10x: refused | openings per million calls |
                |---|---|---|---|---|---|
                """
                        .formatted(seedsOfTheMatrix()));
        var healthy = matrix.where(it -> it.scenario().isHealthy());
        for (var contender : healthy.contenders()) {
            var its = healthy.of(contender);
            Function<String, Results> in = name -> its.where(it -> it.scenario().name().equals(name));
            var calls = its.all().stream().mapToLong(Result::calls).sum();
            var opens = its.all().stream()
                    .flatMap(it -> it.scores().stream())
                    .mapToInt(Score::opens)
                    .sum();
            text.append("| %s | %.6f | %.6f | %.6f | %.6f | %.2f |%n"
                    .formatted(
                            contender.name(),
                            in.apply("healthy").mean(Score::refused),
                            in.apply("healthy").all().stream()
                                    .mapToDouble(it -> it.mean(Score::refused))
                                    .max()
                                    .orElseThrow(),
                            in.apply("noisytail").mean(Score::refused),
                            in.apply("diurnal10x").mean(Score::refused),
                            opens * 1e6 / calls));
        }
        var cells = Simulator.cells(List.of(Scenario.named("healthy")), CLIENTS, SCALES);
        var perSeed = cells.size() * 400 * (int) Scenario.END;
        var many = play.apply(
                Simulator.tasks(List.of(Contender.OURS), cells), (int) Math.ceilDiv(HEALTHY_CALLS * 101 / 100, perSeed));
        var calls = many.all().stream().mapToLong(Result::calls).sum();
        var opens = many.all().stream()
                .flatMap(it -> it.scores().stream())
                .mapToInt(Score::opens)
                .sum();
        return text.append(
                        """

                        Ours in %,d healthy calls: opened %d times, wanted 0: %s; refused %.7f of them, wanted at most 0.0001: %s.

                        """
                                .formatted(
                                        calls,
                                        opens,
                                        met(opens == 0),
                                        many.mean(Score::refused),
                                        met(many.mean(Score::refused) <= 1e-4)))
                .toString();
    }

    private record Trying(String name, Retries.@Nullable Factory factory) {}

    private String retries() {
        var ways = List.of(
                new Trying("no retries", null),
                new Trying("every call a second time", _ -> Retries.ALWAYS),
                new Trying("from the budget", Retries::budget));
        var text = new StringBuilder(
                """
                ## Retries

                A call that fails, or is not answered in half of its time, is made once more within the same deadline: always, or if
                `io.meridian.breaker.retry.RetryBudget` has one (a tenth of what succeeded lately, and one a second). In a total outage: attempts
                sent for each first attempt, and for each call that came. After 10 s of twice the capacity at 0.8 times the capacity: seconds until
                95 % goodput is back (median, 95th percentile). Scale x1, 10 clients. What a service in an outage feels is the calls sent for each that
                came: wanted at most 1.2, and 95 % back in at most 5 s.

                | policy | retries | outage: sent per first attempt | sent per call | after the overload: 95 % back in, s |
                |---|---|---|---|---|
                """);
        for (var contender : List.of(Contender.NONE, Contender.RESILIENCE_WAIT_1S, Contender.named("aimd-tuned"), Contender.OURS)) {
            for (var way : ways) {
                var outage = play.apply(
                                List.of(new Result.Task(
                                        contender, new Cell(Scenario.named("outage"), 10, 1), way.factory)),
                                seeds)
                        .only();
                var back = new double[seeds];
                for (var seed = 0; seed < seeds; seed++) {
                    var series = new Series();
                    Simulation.run(
                            new Cell(Scenario.METASTABLE, 10, 1), contender, way.factory, seed + 1, series, null);
                    back[seed] = series.recoverSeconds(Scenario.FAULT);
                }
                Arrays.sort(back);
                text.append("| %s | %s | %s | %.3f | %.2f, %.2f |%n"
                        .formatted(
                                contender.name(),
                                way.name,
                                Tables.figure("%.3f", outage.mean(Score::amplification)),
                                outage.mean(Score::sent),
                                back[back.length / 2],
                                back[(int) Math.ceil(0.95 * back.length) - 1]));
            }
        }
        return text.append('\n').toString();
    }

    private String ablation() {
        var cells = new ArrayList<>(Simulator.cells(Scenario.HEADLINE.stream().map(Scenario::named).toList(), List.of(1, 10), SCALES));
        for (var name : List.of("errors50", "blackhole", "outage", "smallbudgets")) {
            cells.addAll(Simulator.cells(List.of(Scenario.named(name)), List.of(1, 10), List.of(1.0)));
        }
        var results = play.apply(Simulator.tasks(Contender.ABLATIONS, cells), seeds);
        var text = new StringBuilder(
                """
                ## What each part is good for

                Ours with one part taken away. *Sent in the outage* is the share of calls that still went to a service that refused them all.

                    benchmarks/breaker --policy meridian --tuning parts.gate=false

                | without | 18 cells: mean | worst | work wasted | errors50 | smallbudgets | blackhole: opens after, s | sent in the outage |
                |---|---|---|---|---|---|---|---|
                """);
        for (var contender : Contender.ABLATIONS) {
            var its = results.of(contender);
            Function<String, Results> in = name -> its.where(it -> it.scenario().name().equals(name));
            text.append("| %s | %.3f | %.3f | %.3f | %.3f | %.3f | %s | %.3f |%n"
                    .formatted(
                            contender == Contender.OURS ? "nothing" : contender.name(),
                            its.headline().goodput(),
                            its.headline().worst().goodput(),
                            its.headline().mean(Score::wasted),
                            in.apply("errors50").goodput(),
                            in.apply("smallbudgets").goodput(),
                            Tables.figure("%.2f", in.apply("blackhole").mean(Score::openSeconds)),
                            in.apply("outage").mean(Score::sent)));
        }
        return text.append('\n').toString();
    }

    private static String met(boolean isMet) {
        return isMet ? "met" : "**missed**";
    }

    // ------------------------------------------------------------------------------------------------------- pictures

    private static Drawing heatMap(Results headline) {
        var cells = headline.cells();
        var contenders = headline.contenders();
        var across = 46;
        var down = 24;
        var left = 200;
        var top = 110;
        var drawing = new Drawing(
                left + across * cells.size() + 20,
                top + down * contenders.size() + 20,
                "Goodput within deadline; at best 0.5 (green)");
        for (var column = 0; column < cells.size(); column++) {
            var cell = cells.get(column);
            var x = left + across * column;
            if (column % 6 == 0) {
                drawing.label(x, 54, "start", "#222", 13, cell.scenario().name());
            }
            if (column % 2 == 0) {
                drawing.label(x, 76, "start", "#555", 12, "x" + Cell.number(cell.scale()));
            }
            drawing.label(x + across / 2.0, 98, "middle", "#555", 11, cell.clients() + (cell.clients() == 1 ? " client" : ""));
            for (var row = 0; row < contenders.size(); row++) {
                var contender = contenders.get(row);
                var goodput = headline.of(contender).where(cell::equals).only().goodput();
                drawing.field(x, top + down * row, across, down, goodput / 0.5, "%.2f".formatted(goodput));
            }
        }
        for (var row = 0; row < contenders.size(); row++) {
            drawing.label(left - 8, top + down * row + 16, "end", "#222", 12, contenders.get(row).name());
        }
        return drawing;
    }

    private static Drawing weather(Results matrix) {
        var names = List.of("step4x", "brownout", "overload4x", "errors50", "blackhole", "blackcold", "coldcache", "flap", "slowramp");
        var drawing = new Drawing(1_000, 860, "Goodput over time, 10 clients, scale x1; the bad weather is grey");
        drawing.legend(SHOWN, 30, 52, 160);
        for (var number = 0; number < names.size(); number++) {
            var name = names.get(number);
            var lines = SHOWN.stream()
                    .map(policy -> new Line(policy, goodputBySecond(matrix
                            .where(it -> it.scenario().name().equals(name) && it.clients() == 10 && it.scale() == 1)
                            .of(Contender.named(policy))
                            .only()
                            .series())))
                    .toList();
            drawing.panel(
                    new Panel(name, 1, Scenario.END, Scenario.FAULT, Scenario.HEAL, lines),
                    50 + 320 * (number % 3),
                    110 + 255 * (number / 3),
                    270,
                    180);
        }
        return drawing;
    }

    private static double[] goodputBySecond(Series series) {
        var values = new double[(int) Scenario.END];
        for (var second = 0; second < values.length; second++) {
            values[second] = series.goodput(second, second + 1);
        }
        return values;
    }

    private static Drawing limits() {
        var names = List.of("meridian", "gradient2-min2", "vegas", "aimd-tuned");
        var drawing = new Drawing(1_000, 340, "One run: how many calls the first client may have in flight (scale x1)");
        drawing.legend(names, 30, 52, 160);
        var shown = List.of(
                new Cell(Scenario.named("step4x"), 1, 1),
                new Cell(Scenario.named("brownout"), 10, 1),
                new Cell(Scenario.named("blackcold"), 1, 1));
        for (var number = 0; number < shown.size(); number++) {
            var cell = shown.get(number);
            var lines = names.stream()
                    .map(it -> new Line(it, watched(cell, Contender.named(it))))
                    .toList();
            drawing.panel(
                    new Panel(
                            cell.title(),
                            cell.clients() == 1 ? 120 : 40,
                            Scenario.END,
                            Scenario.FAULT,
                            Scenario.HEAL,
                            lines),
                    50 + 320 * number,
                    110,
                    270,
                    180);
        }
        return drawing;
    }

    /** The first client's limit by quarters of a second; 0 while it is open. */
    private static double[] watched(Cell cell, Contender contender) {
        var values = new double[Series.STEPS];
        Arrays.fill(values, Double.NaN);
        Simulation.run(cell, contender, null, 1, new Series(), look -> {
            var step = (int) (look.seconds() / Series.STEP_SECONDS);
            if (Double.isNaN(values[step])) {
                var trace = look.policy().trace();
                values[step] = trace.isOpen() ? 0 : trace.limit();
            }
        });
        return values;
    }
}
