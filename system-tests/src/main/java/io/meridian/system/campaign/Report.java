package io.meridian.system.campaign;

import io.meridian.system.campaign.Outcome.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a campaign has found, as a page that says with which line each of it can be had again. Schedules by name have a negative seed, so that
 * none of chance has it.
 */
final class Report {

    private final List<String> faults;
    private final List<Result> results = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();

    /**
     * @param faults the names of all faults there are
     * @param earlier what earlier runs had for results
     */
    Report(List<String> faults, List<Result> earlier) {
        this.faults = faults;
        earlier.forEach(this::add);
    }

    void add(Result result) {
        results.add(result);
        outcomes.add(result.outcome());
    }

    long violations() {
        return outcomes.stream().mapToLong(it -> it.violations().size()).sum();
    }

    long voids() {
        return outcomes.stream().filter(Outcome::isVoid).count();
    }

    /** Writes the page whole, and moves it into place. */
    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        var next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, page());
        Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    String page() {
        var page = new StringBuilder();
        page.append("""
                # Faults on processes, and what became of the orders

                Written by [`system-tests/campaign`](../../system-tests/README.md), which runs the platform as processes with a proxy on every link and clients who
                place, read, cancel and repeat orders all the while. Each fault proves that it took and that it healed; a schedule without both proofs is void.
                Afterwards every order must reach an end, the clients' history must fit together, and the oracles of `./meridian verify` must hold.

                | | |
                |---|---|
                """);
        row(page, "command", each(Result::command, "`"));
        row(page, "commit", each(Result::commit, ""));
        row(page, "first and last result", results.isEmpty() ? "" : results.getFirst().at() + ", " + results.getLast().at());
        var random = outcomes.stream().filter(it -> it.schedule().seed() >= 0).toList();
        row(page, "schedules", outcomes.size() + ": " + (outcomes.size() - random.size()) + " with faults by name, " + random.size() + " random");
        row(page, "different faults that took and healed", Long.toString(proven()));
        row(page, "of them links × faults", Long.toString(cells()));
        row(page, "void schedules", Long.toString(voids()));
        row(page, "**violations**", "**" + violations() + "**");
        row(page, "operations of clients, of them without a certain end", sum(Outcome::asked) + ", " + sum(Outcome::unknown));
        row(page, "orders acknowledged", Long.toString(sum(Outcome::acknowledged)));
        row(
                page,
                "last order at an end after healing, median and longest",
                seconds(quantile(0.5)) + ", " + seconds(quantile(1)));
        row(
                page,
                "answers later than deadline and 50 ms, mean share of a schedule",
                String.format(Locale.ROOT, "%.2f %%", 100 * outcomes.stream().mapToDouble(Outcome::late).average().orElse(0)));
        violations(page);
        faults(page);
        schedules(page, random);
        return page.toString();
    }

    private String each(Function<Result, String> of, String quote) {
        return results.stream().map(of).distinct().map(it -> quote + it + quote).collect(Collectors.joining("; "));
    }

    private void violations(StringBuilder page) {
        page.append("\n## Violations\n\n");
        var bad = outcomes.stream().filter(it -> !it.violations().isEmpty()).toList();
        if (bad.isEmpty()) {
            page.append("None.\n");
        }
        for (var outcome : bad) {
            page.append("* ").append(outcome.schedule().words()).append(" — `").append(replay(outcome)).append("`\n");
            outcome.violations().forEach(it ->
                    page.append("  * ").append(it.rule()).append(": ").append(it.found().replace("\n", " ")).append('\n'));
        }
        page.append("\n## Void\n\n");
        if (voids() == 0) {
            page.append("None.\n");
        }
        outcomes.stream().filter(Outcome::isVoid).forEach(it -> page.append("* ")
                .append(it.schedule().words())
                .append(" — `")
                .append(replay(it))
                .append("`: ")
                .append(String.join("; ", it.voidBecause()).replace("\n", " "))
                .append('\n'));
    }

    private void faults(StringBuilder page) {
        page.append("\n## Faults\n\n");
        page.append("| fault | times | took and healed | violations | orders at an end after | an example of its proofs |\n");
        page.append("|---|---|---|---|---|---|\n");
        var byFault = new TreeMap<String, List<Outcome>>();
        outcomes.forEach(outcome -> outcome.schedule()
                .steps()
                .forEach(it -> byFault.computeIfAbsent(it.fault(), _ -> new ArrayList<>()).add(outcome)));
        faults.stream().filter(byFault::containsKey).forEach(fault -> {
            var all = byFault.getOrDefault(fault, List.of());
            var proofs = all.stream()
                    .flatMap(it -> it.proofs().stream())
                    .filter(it -> it.fault().equals(fault))
                    .toList();
            var good = proofs.stream().filter(Report::isProven).toList();
            page.append("| %s | %d | %d | %d | %s | %s |\n".formatted(
                    fault,
                    all.size(),
                    good.size(),
                    all.stream().mapToInt(it -> it.violations().size()).sum(),
                    seconds(all.stream().map(Outcome::ended).max(Comparator.naturalOrder()).orElse(Duration.ZERO)),
                    good.isEmpty() ? "" : cell(good.getFirst().took() + "; " + good.getFirst().healed())));
        });
    }

    private void schedules(StringBuilder page, List<Outcome> random) {
        page.append("\n## Random schedules\n\n");
        page.append("`system-tests/campaign --replay SEED` runs one again.\n\n");
        page.append("| seed | faults | operations | acknowledged | at an end after | |\n|---|---|---|---|---|---|\n");
        random.forEach(it -> page.append("| %d | %s | %d | %d | %s | %s |\n".formatted(
                it.schedule().seed(),
                it.schedule().words(),
                it.asked(),
                it.acknowledged(),
                seconds(it.ended()),
                word(it))));
    }

    static String word(Outcome outcome) {
        if (!outcome.violations().isEmpty()) {
            return outcome.violations().size() + " violations";
        }
        return outcome.isVoid() ? "void" : "holds";
    }

    static String replay(Outcome outcome) {
        var schedule = outcome.schedule();
        if (schedule.seed() >= 0) {
            return "system-tests/campaign --replay " + schedule.seed();
        }
        return schedule.steps().stream()
                .map(it -> " --fault \"" + it.fault() + '"')
                .collect(Collectors.joining("", "system-tests/campaign", schedule.steps().size() > 1 ? " --in-turn" : ""));
    }

    private static boolean isProven(Proof proof) {
        return !proof.took().isEmpty() && !proof.healed().isEmpty();
    }

    private long proven() {
        return provenFaults().size();
    }

    private long cells() {
        return provenFaults().stream().filter(it -> it.contains("-to-")).count();
    }

    private java.util.Set<String> provenFaults() {
        return outcomes.stream()
                .flatMap(it -> it.proofs().stream())
                .filter(Report::isProven)
                .map(Proof::fault)
                .collect(Collectors.toSet());
    }

    private long sum(java.util.function.ToLongFunction<Outcome> of) {
        return outcomes.stream().mapToLong(of).sum();
    }

    private Duration quantile(double share) {
        var sorted = outcomes.stream().map(Outcome::ended).sorted().toList();
        return sorted.isEmpty() ? Duration.ZERO : sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    private static void row(StringBuilder page, String what, String value) {
        page.append("| ").append(what).append(" | ").append(value).append(" |\n");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }

    /** How many schedules ended how. */
    Map<String, Long> verdicts() {
        return outcomes.stream().collect(Collectors.groupingBy(
                it -> it.violations().isEmpty() ? it.isVoid() ? "void" : "holds" : "violated", TreeMap::new, Collectors.counting()));
    }
}
