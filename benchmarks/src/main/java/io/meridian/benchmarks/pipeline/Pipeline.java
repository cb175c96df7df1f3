package io.meridian.benchmarks.pipeline;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a pipeline of three stages under three kinds of timeouts, one after another in the same process. */
@Command(
        name = "pipeline",
        sortOptions = false,
        description = {
            "Runs requests of three stages (database 180 ms, cache 15 ms, external 210 ms; simulated) under three kinds of"
                    + " timeouts and prints what callers saw: a deadline with caps, one shared timeout of 200 ms, caps alone.",
            ""
        })
public final class Pipeline implements Callable<Integer> {

    static final Duration WARM_UP = Duration.ofSeconds(5);

    @Option(names = "--rate", defaultValue = "500", description = "Requests a second (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--seconds", defaultValue = "30", description = "For so long, each way (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "3", description = "So often (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--patience",
            defaultValue = "400",
            description = "What the caller waits at most, in ms: the deadline (default: ${DEFAULT-VALUE}).")
    private int patienceMillis;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the arrivals and the stages; each round takes the next one (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--report", description = "Also writes deadlines-pipeline.md and .svg into this directory.")
    private @Nullable Path report;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    @SuppressWarnings("unused") // by picocli
    private boolean help;

    private Pipeline() {}

    public static void main(String... arguments) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new Pipeline()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        check("--rate", rate, 1, 5_000);
        check("--seconds", seconds, 1, 3_600);
        check("--rounds", rounds, 1, 100);
        check("--patience", patienceMillis, 1, 60_000);
        var patience = Duration.ofMillis(patienceMillis);
        Map<Way, List<Run>> runs = new EnumMap<>(Way.class);
        var loads = new ArrayList<Double>();
        for (var round = 0; round < rounds; round++) {
            loads.add(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
            for (var way : Way.values()) {
                System.err.printf("round %d of %d: %s%n", round + 1, rounds, way.title());
                Run.of(way, Request.stream(rate, WARM_UP, seed - 1), patience);
                var requests = Request.stream(rate, Duration.ofSeconds(seconds), seed + round);
                runs.computeIfAbsent(way, _ -> new ArrayList<>()).add(Run.of(way, requests, patience));
            }
        }
        var measured = new Report(rate, Duration.ofSeconds(seconds), patience, seed, loads, command(), runs);
        System.out.print(measured.table());
        System.out.println(Way.SPLIT.title() + ": " + measured.verdict());
        if (report != null) {
            measured.writeTo(report);
        }
        return 0;
    }

    private String command() {
        return "benchmarks/pipeline --rate %.0f --seconds %d --rounds %d --patience %d --seed %d"
                .formatted(rate, seconds, rounds, patienceMillis, seed);
    }

    private static void check(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    "%s must be in %.0f..%.0f, was %s".formatted(option, least, most, value));
        }
    }
}
