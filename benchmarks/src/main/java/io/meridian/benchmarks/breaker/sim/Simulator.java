package io.meridian.benchmarks.breaker.sim;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Simulates. */
@Command(name = "breaker", sortOptions = false)
public final class Simulator implements Callable<Integer> {

    @Option(names = "--seeds", defaultValue = "20")
    private int seeds;

    @Option(names = "--policy", split = ",")
    private List<String> policies = List.of();

    @Option(names = "--scenario", split = ",")
    private List<String> scenarios = Scenario.HEADLINE;

    @Option(names = "--clients", split = ",")
    private List<Integer> clients = List.of(1, 10);

    @Option(names = "--scales", split = ",")
    private List<Double> scales = List.of(0.2, 1.0, 5.0);

    @Option(names = "--tuning", split = ",")
    private Map<String, String> tuning = Map.of();

    @Option(names = "--cells")
    private boolean perCell;

    @Option(names = "--report")
    private @Nullable Path report;

    private Simulator() {}

    public static void main(String... arguments) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new Simulator()).execute(arguments));
    }

    @Override
    public Integer call() {
        var tasks = new ArrayList<Result.Task>();
        var contenders = Contender.ALL.stream()
                .map(it -> it == Contender.OURS ? Contender.ours(it.name(), it.says(), Tunings.usualBut(tuning)) : it)
                .filter(it -> policies.isEmpty() || policies.contains(it.name()))
                .toList();
        var cells = new ArrayList<Cell>();
        for (var scenario : scenarios) {
            for (var scale : scales) {
                for (var count : clients) {
                    cells.add(new Cell(Scenario.named(scenario), count, scale));
                }
            }
        }
        for (var contender : contenders) {
            for (var cell : cells) {
                tasks.add(new Result.Task(contender, cell));
            }
        }
        var done = new AtomicInteger();
        var began = System.nanoTime();
        var results = Result.of(tasks, seeds, _ -> done.incrementAndGet());
        System.err.println();
        var events = results.stream().flatMap(it -> it.scores().stream()).mapToLong(Score::events).sum();
        System.err.printf("%.1f s, %.2f M events/s%n", (System.nanoTime() - began) / 1e9, events * 1e3 / (System.nanoTime() - began));
        if (perCell) for (var cell : cells) {
            System.out.printf("%n%s optimum %.3f after %.3f%n", cell.title(), cell.scenario().optimum(cell.scale(), 30, 60), cell.scenario().optimum(cell.scale(), 60, 90));
            for (var r : results) {
                if (r.cell() == cell) {
                    System.out.printf("  %-28s good %.3f after %.3f refBefore %.4f refused %.4f late %.3f shed %.2f rec %.2f/%.2f open %.2f opens %.1f wasted %.3f fair %.3f%n",
                            r.contender().name(), r.goodput(), r.mean(Score::goodputAfter), r.mean(Score::refusedBefore), r.mean(Score::refused), r.mean(Score::late),
                            r.mean(Score::shedSeconds), r.percentile(.5, Score::recoverSeconds), r.percentile(.95, Score::recoverSeconds), r.mean(Score::openSeconds), r.mean(Score::opens), r.mean(Score::wasted), r.mean(Score::fairness));
                }
            }
        }
        System.out.println();
        for (var c : contenders) {
            var mine = results.stream().filter(it -> it.contender() == c).toList();
            System.out.printf("%-26s mean %.3f worst %.3f ho %.3f wasted %.3f late %.3f", c.name(), mine.stream().mapToDouble(Result::goodput).average().orElse(0), mine.stream().mapToDouble(Result::goodput).min().orElse(0),
            mine.stream().filter(it -> it.cell().scale() != 1).mapToDouble(Result::goodput).average().orElse(0), mine.stream().mapToDouble(it -> it.mean(Score::wasted)).average().orElse(0), mine.stream().mapToDouble(it -> it.mean(Score::late)).average().orElse(0));
            var last = "";
            for (var it : mine) { var n = it.cell().scenario().name(); System.out.printf("%s %.3f", n.equals(last) ? "" : " | " + n, it.goodput()); last = n; }
            System.out.println();
        }
        return 0;
    }
}
