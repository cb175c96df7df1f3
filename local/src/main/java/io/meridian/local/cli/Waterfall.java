package io.meridian.local.cli;

import io.meridian.local.platform.ServerTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws where the time of one request went. The durations are measured; the header does not say when a hop began, so a bar
 * stands behind those before it, with the caller's own time spread evenly around them.
 */
final class Waterfall {

    private static final int WIDTH = 34;
    private static final int NAME_WIDTH = 22;

    private Waterfall() {}

    /** A hop and the hops it called one after the other. */
    record Hop(String name, double millis, List<Hop> called) {

        /** What the hop took for itself. */
        double ownMillis() {
            return Math.max(0, millis - called.stream().mapToDouble(Hop::millis).sum());
        }
    }

    /** Client, gateway and order are nested in each other; whatever else is named was called by the order service. */
    static Hop hops(double clientMillis, ServerTiming timing) {
        var nesting = List.of("gateway", "order");
        var called = timing.metrics().stream()
                .filter(it -> !nesting.contains(it.name()))
                .map(it -> new Hop(it.name(), it.millis(), List.of()))
                .toList();
        for (var name : nesting.reversed()) {
            var millis = timing.millis(name);
            if (millis.isPresent()) {
                called = List.of(new Hop(name, millis.getAsDouble(), called));
            }
        }
        return new Hop("client", clientMillis, called);
    }

    static List<String> draw(Hop root, Terminal terminal) {
        var lines = new ArrayList<String>();
        lines.add(terminal.dim("  %-" + NAME_WIDTH + "s %-" + WIDTH + "s %9s %9s").formatted("hop", "", "ms", "own ms"));
        draw(root, 0, 0, Math.max(root.millis(), 0.001), terminal, lines);
        return lines;
    }

    private static void draw(Hop hop, int depth, double begin, double total, Terminal terminal, List<String> lines) {
        var from = (int) Math.min(WIDTH - 1, Math.round(begin / total * WIDTH));
        var cells = (int) Math.max(1, Math.min(WIDTH - from, Math.round(hop.millis() / total * WIDTH)));
        var bar = " ".repeat(from) + terminal.cyan(terminal.cell().repeat(cells)) + " ".repeat(WIDTH - from - cells);
        lines.add(String.format(
                Locale.ROOT,
                "  %-" + NAME_WIDTH + "s %s %9.1f %9.1f",
                "  ".repeat(depth) + hop.name(),
                bar,
                hop.millis(),
                hop.ownMillis()));
        var gap = hop.ownMillis() / (hop.called().size() + 1);
        var next = begin + gap;
        for (var called : hop.called()) {
            draw(called, depth + 1, next, total, terminal, lines);
            next += called.millis() + gap;
        }
    }
}
