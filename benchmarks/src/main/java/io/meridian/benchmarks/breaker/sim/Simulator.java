package io.meridian.benchmarks.breaker.sim;

import java.io.IOException;
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

/** Plays the weather for every policy and prints who answered how many. */
@Command(
        name = "benchmarks/breaker",
        sortOptions = false,
        description = {
            "Simulates clients, each with a breaker or limiter of its own, that call one service in bad weather, and prints the",
            "goodput: the share of calls answered within their deadline. Without options: the 18 cells of the headline (step4x,",
            "brownout and overload4x, 1 and 10 clients, three scales) for everybody. The same seeds give the same figures.",
            ""
        })
public final class Simulator implements Callable<Integer> {

    @Option(names = "--seeds", defaultValue = "20", description = "Runs of each cell (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--quick", description = "Three seeds.")
    private boolean quick;

    @Option(names = "--policy", split = ",", description = "Only these; --list names them.")
    private List<String> policies = List.of();

    @Option(names = "--scenario", split = ",", description = "These instead of the headline's; all for every one.")
    private List<String> scenarios = Scenario.HEADLINE;

    @Option(names = "--clients", split = ",", description = "How many share the calls (default: 1,10).")
    private List<Integer> clients = List.of(1, 10);

    @Option(names = "--scales", split = ",", description = "Of work, budgets and workers (default: 0.2,1,5).")
    private List<Double> scales = List.of(0.2, 1.0, 5.0);

    @Option(
            names = "--tuning",
            split = ",",
            description = "Other constants for ours, by the names in io.meridian.breaker.Tuning: limits.steepest=0.9.")
    private Map<String, String> tuning = Map.of();

    @Option(names = "--cells", description = "A row for each cell, with times and losses.")
    private boolean cells;

    @Option(names = "--report", description = "Plays everything and writes breaker.md and its pictures into this directory.")
    private @Nullable Path report;

    @Option(names = "--list", description = "Names the policies and the scenarios.")
    private boolean list;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    @SuppressWarnings("unused") // by picocli
    private boolean help;

    private Simulator() {}

    public static void main(String... arguments) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new Simulator())
                .setExecutionExceptionHandler((e, line, _) -> {
                    if (!(e instanceof IllegalArgumentException)) {
                        throw e;
                    }
                    line.getErr().println(e.getMessage());
                    return 2;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        if (list) {
            printNames();
            return 0;
        }
        var runs = quick ? 3 : seeds;
        if (runs < 1 || runs > 10_000) {
            throw new IllegalArgumentException("--seeds must be 1..10000, was " + runs);
        }
        var began = System.nanoTime();
        if (report != null) {
            new Report(runs, this::play).writeTo(report);
        } else {
            var results = play(tasks(contenders(), matrix()), runs);
            System.out.print(Tables.ranking(results));
            if (cells) {
                System.out.print(Tables.cells(results));
            }
        }
        System.err.printf("%.0f s%n", (System.nanoTime() - began) / 1e9);
        return 0;
    }

    private Results play(List<Result.Task> tasks, int runs) {
        var done = new AtomicInteger();
        var console = System.console() != null;
        var results = Result.of(tasks, runs, _ -> {
            var number = done.incrementAndGet();
            if (console) {
                System.err.printf("\r%d of %d cells", number, tasks.size());
            } else if (number % 100 == 0) {
                System.err.printf("%d of %d cells%n", number, tasks.size());
            }
        });
        if (console) {
            System.err.println();
        }
        return new Results(results);
    }

    private List<Contender> contenders() {
        var wanted = policies.isEmpty()
                ? Contender.ALL
                : policies.stream().map(Contender::named).toList();
        return wanted.stream()
                .map(it -> it == Contender.OURS && !tuning.isEmpty()
                        ? Contender.ours(it.name(), tuning.toString(), Tunings.usualBut(tuning))
                        : it)
                .toList();
    }

    private List<Cell> matrix() {
        var weather = scenarios.equals(List.of("all"))
                ? Scenario.ALL
                : scenarios.stream().map(Scenario::named).toList();
        for (var count : clients) {
            if (count < 1 || count > 10_000) {
                throw new IllegalArgumentException("--clients must be 1..10000, was " + count);
            }
        }
        for (var scale : scales) {
            if (!(scale >= 0.05 && scale <= 100)) {
                throw new IllegalArgumentException("--scales must be 0.05..100, was " + scale);
            }
        }
        return cells(weather, clients, scales);
    }

    static List<Cell> cells(List<Scenario> scenarios, List<Integer> clients, List<Double> scales) {
        var cells = new ArrayList<Cell>();
        for (var scenario : scenarios) {
            for (var scale : scales) {
                for (var count : clients) {
                    cells.add(new Cell(scenario, count, scale));
                }
            }
        }
        return cells;
    }

    static List<Result.Task> tasks(List<Contender> contenders, List<Cell> cells) {
        return contenders.stream()
                .flatMap(contender -> cells.stream().map(cell -> new Result.Task(contender, cell)))
                .toList();
    }

    private static void printNames() {
        System.out.println("Policies:");
        Contender.ALL.forEach(it -> System.out.printf("  %-26s %s%n", it.name(), it.says()));
        System.out.println("Scenarios:");
        Scenario.ALL.forEach(
                it -> System.out.printf("  %-26s %s%s%n", it.name(), it.says(), it.isHeldOut() ? " (held out)" : ""));
    }
}
