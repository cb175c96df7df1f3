package io.meridian.simulation.campaign;

import io.meridian.simulation.planted.Plant;
import io.meridian.simulation.planted.Planted;
import io.meridian.simulation.schedule.Result;
import io.meridian.simulation.schedule.Schedule;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs many seeds, or one with all its steps. Exit code 0: nothing was wrong; 1: something was; 2: the command was. */
@Command(
        name = "simulation/run",
        mixinStandardHelpOptions = true,
        description = "Simulates the platform's real classes under faults from a seed, and looks for what must not be.")
public final class Simulate implements Callable<Integer> {

    private static final long PROGRESS_MILLIS = 5_000;
    private static final long REPORT_MILLIS = 60_000;

    @Option(names = "--seeds", defaultValue = "10000", description = "how many schedules (default: ${DEFAULT-VALUE})")
    private long seeds = 10_000;

    @Option(names = "--from", defaultValue = "0", description = "the first seed (default: ${DEFAULT-VALUE})")
    private long from;

    @Option(
            names = "--planted",
            paramLabel = "NAME",
            description = "plants this bug; \"all\" looks for each of them in turn, in the seeds from 0 on")
    private @Nullable String planted;

    @Option(names = "--replay", paramLabel = "SEED", description = "runs this seed alone and tells every step")
    private @Nullable Long replay;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "writes the evidence there, every minute and at the end, with the catch of every planted bug")
    private @Nullable Path report;

    @Option(
            names = "--within",
            defaultValue = "3000",
            description = "in how many seeds a planted bug must show (default: ${DEFAULT-VALUE})")
    private long within = 3_000;

    @Option(names = "--hashes", description = "prints the hash of each schedule's trace and nothing else")
    private boolean hashes;

    private final PrintStream out;

    private Simulate(PrintStream out) {
        this.out = out;
    }

    /** The command line. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Simulate(System.out)).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        // On a virtual thread, so that the baton passes between virtual threads only.
        var work = new FutureTask<>(this::simulate);
        Thread.ofVirtual().name("simulate").start(work);
        try {
            return work.get();
        } catch (ExecutionException failure) {
            var cause = failure.getCause();
            out.println("simulation/run: " + (cause == null ? failure : cause.getMessage()));
            return 2;
        }
    }

    private int simulate() {
        if (replay != null) {
            return replay(replay, Planted.named(planted));
        }
        if ("all".equals(planted)) {
            var missed = Planted.values().length - catches().size();
            return missed == 0 ? 0 : 1;
        }
        return campaign(Planted.named(planted));
    }

    private int replay(long seed, Plant plant) {
        var result = Schedule.run(seed, plant, out::println);
        out.println();
        out.println("seed " + seed + ", trace " + Long.toHexString(result.hash()) + ", faults " + result.faults());
        result.violations().forEach(it -> out.println("VIOLATION " + it.oracle() + ": " + it.what()));
        out.println(result.isClean() ? "nothing is wrong" : result.violations().size() + " violations");
        return result.isClean() ? 0 : 1;
    }

    private int campaign(Plant plant) {
        var tally = new Tally();
        var catches = report != null && plant == Plant.NONE ? catches() : List.<Catch>of();
        var start = System.nanoTime();
        var lastProgress = start;
        var lastReport = start;
        for (var seed = from; seed < from + seeds; seed++) {
            var result = Schedule.run(seed, plant, null);
            tally.add(result);
            if (hashes) {
                out.println(seed + " " + Long.toHexString(result.hash()));
                continue;
            }
            if (!result.isClean() && tally.violatedCount() <= 20) {
                tell(result);
            }
            var now = System.nanoTime();
            if (now - lastProgress > PROGRESS_MILLIS * 1_000_000) {
                lastProgress = now;
                progress(tally, now - start);
            }
            if (now - lastReport > REPORT_MILLIS * 1_000_000) {
                lastReport = now;
                write(tally, now - start, catches);
            }
        }
        if (!hashes) {
            progress(tally, System.nanoTime() - start);
        }
        write(tally, System.nanoTime() - start, catches);
        return tally.violatedCount() == 0 ? 0 : 1;
    }

    private List<Catch> catches() {
        var catches = new ArrayList<Catch>();
        for (var bug : Planted.values()) {
            var found = Catch.of(bug, within);
            found.ifPresent(catches::add);
            out.println(found.map(it -> "%-32s seed %5d  %s %s".formatted(bug, it.seed(), it.oracles(), it.first().what()))
                    .orElseGet(() -> "%-32s NOT CAUGHT in %d seeds".formatted(bug, within)));
        }
        return catches;
    }

    private void tell(Result result) {
        out.println("seed " + result.seed() + " " + result.faults());
        result.violations().stream().limit(5).forEach(it -> out.println("  " + it.oracle() + ": " + it.what()));
        out.println("  replay: simulation/run --replay " + result.seed() + (planted == null ? "" : " --planted " + planted));
    }

    private void progress(Tally tally, long nanos) {
        out.printf(
                "%,d of %,d schedules, %,.0f/s, %,d with a violation%n",
                tally.schedules(), seeds, tally.schedules() * 1e9 / nanos, tally.violatedCount());
    }

    private void write(Tally tally, long nanos, List<Catch> catches) {
        if (report != null) {
            var command = "simulation/run --seeds " + seeds + (from == 0 ? "" : " --from " + from) + " --report " + report;
            Report.write(
                    report, command, System.getProperty("meridian.commit", "unknown"), from, tally, nanos / 1_000_000, catches);
        }
    }
}
