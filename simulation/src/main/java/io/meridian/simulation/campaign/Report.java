package io.meridian.simulation.campaign;

import io.meridian.simulation.fault.Fault;
import io.meridian.simulation.planted.Planted;
import io.meridian.simulation.schedule.Oracle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The evidence of a campaign, as a page. */
final class Report {

    private Report() {}

    static void write(
            Path file, String command, String commit, long from, Tally tally, long millis, List<Catch> catches) {
        try {
            if (file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            Files.writeString(file, page(command, commit, from, tally, millis, catches));
        } catch (IOException fault) {
            throw new UncheckedIOException("the report could not be written to " + file, fault);
        }
    }

    private static String page(
            String command, String commit, long from, Tally tally, long millis, List<Catch> catches) {
        var page = new StringBuilder();
        page.append("# Simulated schedules\n\n");
        page.append("Written by `").append(command).append("` at commit `").append(commit).append("`, JDK ");
        page.append(Runtime.version()).append(", one core. What a schedule is, and what is real in it: ");
        page.append("[simulation](../../simulation/README.md).\n\n");
        page.append("| | |\n|---|---|\n");
        row(page, "schedules", number(tally.schedules()) + ", seeds " + from + " to " + (from + tally.schedules() - 1));
        row(page, "**schedules with a violation**", "**" + number(tally.violatedCount()) + "**");
        row(page, "orders", number(tally.orders()));
        row(page, "times the baton was passed", number(tally.steps()));
        row(page, "virtual time", number(tally.virtualTime().toHours()) + " h");
        row(page, "time", number(millis / 1000) + " s, " + number(tally.schedules() * 1000 / Math.max(1, millis)) + " schedules/s");
        row(
                page,
                "at rest after healing",
                "p50 %.1f s, p99 %.1f s, most %.1f s (bound: 60 s)"
                        .formatted(
                                tally.settledWithin(0.5).toMillis() / 1e3,
                                tally.settledWithin(0.99).toMillis() / 1e3,
                                tally.settledWithin(1).toMillis() / 1e3));
        row(
                page,
                "records handed to listeners",
                number(tally.received()) + ": applied " + number(tally.applied()) + ", duplicate "
                        + number(tally.duplicates()) + ", stale " + number(tally.stale()) + ", parked " + number(tally.parked())
                        + "; the others failed, and came again or were cut off by a crash");
        row(
                page,
                "owners overtaken",
                number(tally.interrupted()) + " records given up in the middle, " + number(tally.commitsRefused())
                        + " offsets refused");
        page.append("\nA seed is replayed, step by step and bit for bit, by `simulation/run --replay SEED`.\n");
        violations(page, tally);
        faults(page, tally);
        planted(page, catches);
        return page.toString();
    }

    private static void violations(StringBuilder page, Tally tally) {
        if (tally.violated().isEmpty()) {
            return;
        }
        page.append("\n## Violations\n\n| seed | oracle | what |\n|---|---|---|\n");
        for (var result : tally.violated()) {
            var first = result.violations().getFirst();
            page.append("| ").append(result.seed()).append(" | ").append(first.oracle()).append(" | ");
            page.append(first.what().replace('|', '/')).append(" |\n");
        }
    }

    private static void faults(StringBuilder page, Tally tally) {
        page.append("\n## Faults\n\n");
        page.append("Each is counted where it takes effect: a message that was dropped, a process that died.\n\n");
        page.append("| fault | schedules with it | times it happened |\n|---|---:|---:|\n");
        for (var fault : Fault.values()) {
            page.append("| ").append(fault.words()).append(" | ").append(number(tally.had(fault)));
            page.append(" | ").append(number(tally.took(fault))).append(" |\n");
        }
    }

    private static void planted(StringBuilder page, List<Catch> catches) {
        if (catches.isEmpty()) {
            return;
        }
        page.append("\n## Planted bugs\n\n");
        page.append(catches.size()).append(" of ").append(Planted.values().length);
        page.append(" are caught. The seed is the first, counted from 0, in whose schedule an oracle saw the bug; ");
        page.append("`simulation/run --planted NAME --replay SEED` shows it.\n\n");
        page.append("| bug | name | seed | oracles | what the first one said |\n|---|---|---:|---|---|\n");
        for (var caught : catches) {
            page.append("| ").append(caught.bug().words()).append(" | `").append(caught.bug().name());
            page.append("` | ").append(caught.seed()).append(" | ").append(words(caught.oracles()));
            page.append(" | ").append(shortened(caught.first().what())).append(" |\n");
        }
    }

    private static String words(Set<Oracle> oracles) {
        return oracles.stream().map(Oracle::name).collect(Collectors.joining(", "));
    }

    private static String shortened(String what) {
        var text = what.replace('|', '/').replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "…");
        return text.length() <= 110 ? text : text.substring(0, 109) + "…";
    }

    private static void row(StringBuilder page, String name, String value) {
        page.append("| ").append(name).append(" | ").append(value).append(" |\n");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
