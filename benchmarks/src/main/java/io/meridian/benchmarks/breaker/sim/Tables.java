package io.meridian.benchmarks.breaker.sim;

import java.util.Comparator;
import java.util.List;

/** Results as tables in Markdown. */
final class Tables {

    private Tables() {}

    /** A row for each policy, the one with the most goodput first. */
    static String ranking(Results results) {
        var text = new StringBuilder(
                "| policy | goodput, mean of %d cells | worst cell | at other scales than 1 | late, of those made | work wasted | the same in the fault | fairness |\n|---|---|---|---|---|---|---|---|\n"
                        .formatted(results.cells().size()));
        results.contenders().stream()
                .map(results::of)
                .sorted(Comparator.comparingDouble(Results::goodput).reversed())
                .forEach(its -> text.append("| %s | **%.3f** | %.3f (%s) | %s | %.3f | %.3f | %.3f | %s |%n"
                        .formatted(
                                its.all().getFirst().contender().name(),
                                its.goodput(),
                                its.worst().goodput(),
                                its.worst().cell().title(),
                                figure("%.3f", its.where(it -> it.scale() != 1).goodput()),
                                its.mean(Score::late),
                                its.mean(Score::wasted),
                                its.mean(Score::wastedInFault),
                                figure("%.2f", its.where(it -> it.clients() > 1).mean(Score::fairness)))));
        return text.toString();
    }

    /** A row for each policy in each cell. */
    static String cells(Results results) {
        var text = new StringBuilder();
        for (var cell : results.cells()) {
            text.append("%n%s; at best %.3f, and %.3f afterwards%n%n"
                    .formatted(
                            cell.title(),
                            cell.scenario().optimum(cell.scale(), Scenario.FAULT, Scenario.HEAL),
                            cell.scenario().optimum(cell.scale(), Scenario.HEAL, Scenario.END)));
            text.append(
                    "| policy | goodput (p5–p95) | afterwards | refused of all | late | sheds after, s | recovers after, s (p95) | opens after, s | opens | work wasted |\n|---|---|---|---|---|---|---|---|---|---|\n");
            for (var it : results.where(cell::equals).all()) {
                text.append("| %s | %.3f (%.3f–%.3f) | %.3f | %.5f | %s | %s | %s (%s) | %s | %.1f | %s |%n"
                        .formatted(
                                it.contender().name(),
                                it.goodput(),
                                it.percentile(0.05, Score::goodput),
                                it.percentile(0.95, Score::goodput),
                                it.mean(Score::goodputAfter),
                                it.mean(Score::refused),
                                figure("%.3f", it.mean(Score::late)),
                                figure("%.2f", it.percentile(0.5, Score::shedSeconds)),
                                figure("%.2f", it.percentile(0.5, Score::recoverSeconds)),
                                figure("%.2f", it.percentile(0.95, Score::recoverSeconds)),
                                figure("%.2f", it.mean(Score::openSeconds)),
                                it.mean(Score::opens),
                                figure("%.3f", it.mean(Score::wasted))));
            }
        }
        return text.toString();
    }

    /** A row for each scenario at one scale: what is possible, ours and the best peer's, for each number of clients. */
    static String scenarios(Results results, List<Integer> clients, boolean afterwards) {
        var text = new StringBuilder("| scenario | at best |");
        clients.forEach(it -> text.append(" %d %s: ours | best peer |".formatted(it, it == 1 ? "client" : "clients")));
        text.append("\n|---|---|").append("---|---|".repeat(clients.size())).append('\n');
        for (var scenario : results.cells().stream().map(Cell::scenario).distinct().toList()) {
            text.append("| %s: %s | %.3f |".formatted(scenario.name(), scenario.says(), optimum(scenario, afterwards)));
            for (var count : clients) {
                var here = results.where(it -> it.scenario().equals(scenario) && it.clients() == count);
                var ours = value(here.of(Contender.OURS).only(), afterwards);
                var peer = here.without(Contender.OURS).all().stream()
                        .max(Comparator.comparingDouble(it -> value(it, afterwards)))
                        .orElseThrow();
                var theirs = value(peer, afterwards);
                text.append(" %s | %.3f %s |"
                        .formatted(
                                ours >= theirs - 0.0005 ? "**%.3f**".formatted(ours) : "%.3f".formatted(ours),
                                theirs,
                                peer.contender().name()));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static double optimum(Scenario scenario, boolean afterwards) {
        return afterwards
                ? scenario.optimum(1, Scenario.HEAL, Scenario.END)
                : scenario.optimum(1, Scenario.FAULT, Scenario.HEAL);
    }

    private static double value(Result result, boolean afterwards) {
        return afterwards ? result.mean(Score::goodputAfter) : result.goodput();
    }

    /** Nothing where there is nothing to say. */
    static String figure(String format, double value) {
        return Double.isNaN(value) ? "–" : format.formatted(value);
    }
}
