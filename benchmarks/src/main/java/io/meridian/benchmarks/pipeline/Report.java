package io.meridian.benchmarks.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What was measured, as a table and as a plot.
 *
 * @param runs of each way, as many for each
 * @param loads the machine's load average before each round
 */
record Report(
        double perSecond,
        Duration time,
        Duration patience,
        long seed,
        List<Double> loads,
        String command,
        Map<Way, List<Run>> runs) {

    private static final String NAME = "deadlines-pipeline";
    private static final double WANTED_P99_MILLIS = 320;
    private static final double WANTED_FAILED_PERCENT = 0.2;

    void writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(NAME + ".md"), markdown());
        Files.writeString(directory.resolve(NAME + ".svg"), new Plot(patience, runs).svg());
    }

    /** A row for each way: the median of its runs, and in brackets the least and the most. */
    String table() {
        var text = new StringBuilder(
                "| way | p50, ms | p99, ms | p99.9, ms | failed, % | without the cache, % | replied after the caller's patience, % |\n"
                        + "|---|---|---|---|---|---|---|\n");
        runs.forEach((way, its) -> text.append("| ")
                .append(way.title())
                .append(cell(its, "%.0f", it -> it.percentileMillis(0.5)))
                .append(cell(its, "%.0f", it -> it.percentileMillis(0.99)))
                .append(cell(its, "%.0f", it -> it.percentileMillis(0.999)))
                .append(cell(its, "%.2f", Run::failedPercent))
                .append(cell(its, "%.2f", Run::degradedPercent))
                .append(cell(its, "%.2f", Run::latePercent))
                .append(" |\n"));
        return text.toString();
    }

    /** Whether the deadline with caps does what is wanted of it; in the median of its runs. */
    String verdict() {
        var split = runs.getOrDefault(Way.SPLIT, List.of());
        var p99 = median(split, it -> it.percentileMillis(0.99));
        var failed = median(split, Run::failedPercent);
        return "p99 %.0f ms, wanted at most %.0f: %s; failed %.2f %%, wanted at most %.1f %%: %s"
                .formatted(
                        p99,
                        WANTED_P99_MILLIS,
                        p99 <= WANTED_P99_MILLIS ? "met" : "missed",
                        failed,
                        WANTED_FAILED_PERCENT,
                        failed <= WANTED_FAILED_PERCENT ? "met" : "missed");
    }

    private String markdown() {
        var text = new StringBuilder();
        text.append("# A pipeline of three stages under three kinds of timeouts\n\n")
                .append("Each request needs a database (median 180 ms) and an external service (210 ms), and would like a cache")
                .append(" (15 ms). The stages are waits on virtual threads; what is compared is what the timeouts do.\n\n")
                .append(table())
                .append('\n')
                .append("Medians of ")
                .append(rounds())
                .append(rounds() == 1 ? " round" : " rounds")
                .append(", in brackets the least and the most. Percentiles are of all replies, refusals included, and count from")
                .append(" the moment a request was due. **Deadline and caps: ")
                .append(verdict())
                .append(".**\n\n![Share of requests answered within a time](")
                .append(NAME)
                .append(".svg)\n\n## The ways\n\n");
        runs.keySet().forEach(way -> text.append("* *%s*: %s\n".formatted(way.title(), way.description())));
        text.append("\nCaps alone stand one after another, as timeouts of clients do that know nothing of one another. Side by side they")
                .append(" would be as fast here as with a deadline: it is what waits in front of the stages, and how many there are, that")
                .append(" only a deadline bounds.\n\n## The load\n\n");
        text.append("| stage | median, ms | spread | p99.9, ms | cap, ms | needed |\n|---|---|---|---|---|---|\n");
        text.append(stage("database", Request.DATABASE, Caps.USUAL.database(), true));
        text.append(stage("cache", Request.CACHE, Caps.USUAL.cache(), false));
        text.append(stage("external", Request.EXTERNAL, Caps.USUAL.external(), true));
        text.append(
                """

                Log-normal with these sigmas; besides, %.2f %% of the calls of each stage are stuck for %d s. Caps are the 99.9th
                percentiles rounded up, so failures with them are what of the two needed stages lies beyond: about %.2f %% is
                expected. Arrivals are a Poisson stream of %.0f requests a second for %d s, after %d s of warming up, open
                loop; the caller's patience is %d ms. Each way gets the same requests; rounds begin with seed %d, and the next
                ones count up.

                Repeat: `%s`

                Machine: %d processors, Java %s; load average before the rounds: %s. Other work was on the machine where that
                is not near zero.
                """
                        .formatted(
                                100 * Request.STUCK_SHARE,
                                Spread.STUCK.toSeconds(),
                                expectedFailedPercent(),
                                perSecond,
                                time.toSeconds(),
                                Pipeline.WARM_UP.toSeconds(),
                                patience.toMillis(),
                                seed,
                                command,
                                Runtime.getRuntime().availableProcessors(),
                                Runtime.version(),
                                String.join(", ", loads.stream().map("%.1f"::formatted).toList())));
        return text.toString();
    }

    private int rounds() {
        return loads.size();
    }

    private static double expectedFailedPercent() {
        return 100
                * (Request.DATABASE.shareBeyond(Caps.USUAL.database())
                        + Request.EXTERNAL.shareBeyond(Caps.USUAL.external()));
    }

    private static String stage(String name, Spread spread, Duration cap, boolean needed) {
        return "| %s | %d | %.2f | %.0f | %d | %s |\n"
                .formatted(
                        name,
                        spread.median().toMillis(),
                        spread.sigma(),
                        spread.p999().toNanos() / 1e6,
                        cap.toMillis(),
                        needed ? "yes" : "no");
    }

    private static String cell(List<Run> runs, String format, ToDoubleFunction<Run> value) {
        var values = runs.stream().mapToDouble(value).summaryStatistics();
        return (" | " + format + " (" + format + "–" + format + ")")
                .formatted(median(runs, value), values.getMin(), values.getMax());
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> value) {
        var sorted = runs.stream().mapToDouble(value).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
