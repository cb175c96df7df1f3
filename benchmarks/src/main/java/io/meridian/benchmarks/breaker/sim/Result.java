package io.meridian.benchmarks.breaker.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * One policy in one cell, over its seeds.
 *
 * @param scores one for each seed, in their order
 * @param series of all of them together
 */
record Result(Contender contender, Cell cell, List<Score> scores, Series series) {

    /** Where the seeds of held-out scenarios begin; the others begin at 1. */
    static final long HELD_OUT_SEEDS = 1_000_001;

    /** One of the matrix's fields to be filled. */
    record Task(Contender contender, Cell cell, Retries.@Nullable Factory retrying) {

        Task(Contender contender, Cell cell) {
            this(contender, cell, null);
        }

        Result over(int seeds) {
            var series = new Series();
            var scores = new ArrayList<Score>(seeds);
            var first = cell.scenario().isHeldOut() ? HELD_OUT_SEEDS : 1;
            for (var seed = first; seed < first + seeds; seed++) {
                scores.add(Simulation.run(cell, contender, retrying, seed, series, null));
            }
            return new Result(contender, cell, scores, series);
        }
    }

    /**
     * Fills them, on as many threads as there are processors; the results are in the tasks' order and do not depend on the threads.
     *
     * @param progress is told of each that is done, on whichever thread
     */
    static List<Result> of(List<Task> tasks, int seeds, Consumer<Result> progress) {
        try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            var running = new ArrayList<Future<Result>>();
            for (var task : tasks) {
                running.add(threads.submit(() -> {
                    var result = task.over(seeds);
                    progress.accept(result);
                    return result;
                }));
            }
            var results = new ArrayList<Result>();
            for (var each : running) {
                results.add(each.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while simulating", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a simulation failed", e.getCause());
        }
    }

    /** Of the seeds that have the value; NaN if none has. */
    double mean(ToDoubleFunction<Score> value) {
        return values(value).average().orElse(Double.NaN);
    }

    /** The nearest-rank percentile of the seeds that have the value; NaN if none has. */
    double percentile(double share, ToDoubleFunction<Score> value) {
        var sorted = values(value).sorted().toArray();
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.clamp((long) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
    }

    double goodput() {
        return mean(Score::goodput);
    }

    long calls() {
        return scores.stream().mapToLong(Score::calls).sum();
    }

    private DoubleStream values(ToDoubleFunction<Score> value) {
        return scores.stream().mapToDouble(value).filter(it -> !Double.isNaN(it));
    }
}
