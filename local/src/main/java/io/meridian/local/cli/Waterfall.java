package io.meridian.local.cli;

import io.meridian.local.platform.ServerTiming;
import io.meridian.local.platform.ServerTiming.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Draws where the time of one request went, and how much of it each hop had been granted. The durations are measured; the header
 * does not say when a hop began, so a bar stands behind those before it, with the caller's own time spread evenly around
 * them. The light part of a bar is what the hop was granted and did not use, as far as it fits beside the rest.
 */
final class Waterfall {

    private static final int WIDTH = 34;
    private static final int NAME_WIDTH = 22;

    /** With the budget's columns a line still fits 80 characters. */
    private static final int BUDGET_WIDTH = 18;

    private static final int BUDGET_NAME_WIDTH = 23;

    private Waterfall() {}

    /**
     * A hop and the hops it called one after the other.
     *
     * @param grantedMillis what it was given to answer; empty if nobody says
     * @param reservedMillis what its caller kept back; empty if nobody says
     */
    record Hop(
            String name, double millis, OptionalDouble grantedMillis, OptionalDouble reservedMillis, List<Hop> called) {

        /** What the hop took for itself. */
        double ownMillis() {
            return Math.max(0, millis - called.stream().mapToDouble(Hop::millis).sum());
        }

        /** Whether it had nothing left; measured in two places, so within a millisecond. */
        boolean isSpent() {
            return grantedMillis.isPresent() && millis >= grantedMillis.getAsDouble() - 1;
        }

        /** It and all below it, callers first. */
        Stream<Hop> all() {
            return Stream.concat(Stream.of(this), called.stream().flatMap(Hop::all));
        }

        /** The one below it that took the most for itself; empty if it called none. */
        Optional<Hop> greatestBelow() {
            return called.stream().flatMap(Hop::all).max(Comparator.comparingDouble(Hop::ownMillis));
        }

        private boolean knowsBudget() {
            return all().anyMatch(it -> it.grantedMillis().isPresent());
        }
    }

    /** Client, gateway and order are nested in each other; whatever else is named was called by the order service. */
    static Hop hops(double clientMillis, ServerTiming timing) {
        var nesting = List.of("gateway", "order");
        var called = timing.hops().stream()
                .filter(it -> !nesting.contains(it.name()))
                .map(it -> hop(it, it.grantedMillis(), List.of()))
                .toList();
        for (var name : nesting.reversed()) {
            var metric = timing.hops().stream().filter(it -> it.name().equals(name)).findFirst();
            if (metric.isPresent()) {
                var granted = name.equals("gateway") && timing.grantedMillis().isPresent()
                        ? timing.grantedMillis()
                        : metric.get().grantedMillis();
                called = List.of(hop(metric.get(), granted, called));
            }
        }
        return new Hop("client", clientMillis, OptionalDouble.empty(), OptionalDouble.empty(), called);
    }

    private static Hop hop(Metric metric, OptionalDouble granted, List<Hop> called) {
        return new Hop(metric.name(), metric.millis(), granted, metric.reservedMillis(), called);
    }

    static List<String> draw(Hop root, Terminal terminal) {
        var lines = new ArrayList<String>();
        var total = Math.max(root.millis(), 0.001);
        if (root.knowsBudget()) {
            lines.add(terminal.dim("  %-" + BUDGET_NAME_WIDTH + "s %-" + BUDGET_WIDTH + "s %7s %7s %7s %8s")
                    .formatted("hop", "", "used ms", "own", "granted", "reserved"));
            draw(root, 0, 0, total, BUDGET_WIDTH, terminal, lines);
        } else {
            lines.add(terminal.dim("  %-" + NAME_WIDTH + "s %-" + WIDTH + "s %9s %9s").formatted("hop", "", "ms", "own ms"));
            draw(root, 0, 0, total, WIDTH, terminal, lines);
        }
        return lines;
    }

    private static void draw(
            Hop hop, int depth, double begin, double total, int width, Terminal terminal, List<String> lines) {
        var name = "  ".repeat(depth) + hop.name();
        var bar = bar(hop, begin, total, width, terminal);
        lines.add(
                width == WIDTH
                        ? String.format(
                                Locale.ROOT,
                                "  %-" + NAME_WIDTH + "s %s %9.1f %9.1f",
                                name,
                                bar,
                                hop.millis(),
                                hop.ownMillis())
                        : String.format(
                                        Locale.ROOT,
                                        "  %-" + BUDGET_NAME_WIDTH + "s %s %7.1f %7.1f %7s %8s",
                                        name,
                                        bar,
                                        hop.millis(),
                                        hop.ownMillis(),
                                        figure(hop.grantedMillis()),
                                        figure(hop.reservedMillis()))
                                .stripTrailing());
        var gap = hop.ownMillis() / (hop.called().size() + 1);
        var next = begin + gap;
        for (var called : hop.called()) {
            draw(called, depth + 1, next, total, width, terminal, lines);
            next += called.millis() + gap;
        }
    }

    private static String bar(Hop hop, double begin, double total, int width, Terminal terminal) {
        var from = (int) Math.min(width - 1, Math.round(begin / total * width));
        var used = (int) Math.max(1, Math.min(width - from, Math.round(hop.millis() / total * width)));
        var granted = Math.max(hop.millis(), hop.grantedMillis().orElse(0));
        var unused = (int) Math.max(0, Math.min(width - from, Math.round(granted / total * width)) - used);
        return " ".repeat(from)
                + terminal.cyan(terminal.cell().repeat(used))
                + terminal.dim(terminal.lightCell().repeat(unused))
                + " ".repeat(width - from - used - unused);
    }

    private static String figure(OptionalDouble millis) {
        return millis.isPresent() ? String.format(Locale.ROOT, "%.1f", millis.getAsDouble()) : "";
    }
}
