package io.meridian.benchmarks.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The share of requests that were answered within a time, a line for each way. */
record Plot(Duration patience, Map<Way, List<Run>> runs) {

    private static final int LEFT = 60;
    private static final int TOP = 50;
    private static final int WIDTH = 560;
    private static final int HEIGHT = 280;
    private static final int LONGEST_MILLIS = 600;
    private static final int STEP_MILLIS = 2;
    private static final List<String> COLOURS = List.of("#0b6e4f", "#c1121f", "#1d4e89");
    private static final List<String> DASHES = List.of("none", "7 4", "2 3");

    String svg() {
        var text = new StringBuilder(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 400" font-family="sans-serif" font-size="13" fill="#222">
                <rect width="840" height="400" fill="#fff"/>
                <text x="%d" y="26" font-size="16">Requests answered within a time, % of all that arrived</text>
                """
                        .replace("%d", Integer.toString(LEFT)));
        for (var percent = 0; percent <= 100; percent += 25) {
            text.append(line(LEFT, y(percent / 100.0), LEFT + WIDTH, y(percent / 100.0), "#ddd"))
                    .append(label(LEFT - 8, y(percent / 100.0) + 4, "end", "#222", Integer.toString(percent)));
        }
        for (var millis = 0; millis <= LONGEST_MILLIS; millis += 100) {
            text.append(label(x(millis), TOP + HEIGHT + 20, "middle", "#222", Integer.toString(millis)));
        }
        text.append(label(LEFT + WIDTH / 2.0, TOP + HEIGHT + 42, "middle", "#222", "ms since the request was due"));
        text.append(line(x(patience.toMillis()), TOP, x(patience.toMillis()), TOP + HEIGHT, "#777"))
                .append(label(x(patience.toMillis()) + 6, TOP + HEIGHT - 8, "start", "#777", "the caller's patience"));
        var number = 0;
        for (var entry : runs.entrySet()) {
            text.append(curve(entry.getKey(), Run.together(entry.getValue()), number++));
        }
        return text.append("</svg>\n").toString();
    }

    private static String curve(Way way, Run run, int number) {
        var points = IntStream.rangeClosed(0, LONGEST_MILLIS / STEP_MILLIS)
                .map(it -> it * STEP_MILLIS)
                .mapToObj(it -> "%.1f,%.1f".formatted(x(it), y(answeredWithin(run, it))))
                .collect(Collectors.joining(" "));
        var colour = COLOURS.get(number % COLOURS.size());
        var end = answeredWithin(run, LONGEST_MILLIS);
        var line =
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2.5\" stroke-dasharray=\"%s\" points=\"%s\"/>\n"
                        .formatted(colour, DASHES.get(number % DASHES.size()), points);
        // Two lines that end at the top would have their names on one another.
        var below = end > 0.95 ? 16 * number : 0;
        return line
                + label(LEFT + WIDTH + 8, y(end) + 4 + below, "start", colour, "%s, %.2f %%".formatted(way.title(), 100 * end));
    }

    private static double answeredWithin(Run run, int millis) {
        var nanos = Duration.ofMillis(millis).toNanos();
        var sorted = run.answeredNanos();
        var low = 0;
        for (var high = sorted.length; low < high; ) {
            var middle = (low + high) >>> 1;
            if (sorted[middle] <= nanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return (double) low / run.requests();
    }

    private static double x(long millis) {
        return LEFT + (double) WIDTH * millis / LONGEST_MILLIS;
    }

    private static double y(double share) {
        return TOP + HEIGHT * (1 - share);
    }

    private static String line(double fromX, double fromY, double toX, double toY, String colour) {
        return "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n"
                .formatted(fromX, fromY, toX, toY, colour);
    }

    private static String label(double x, double y, String anchor, String colour, String words) {
        return "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n"
                .formatted(x, y, anchor, colour, words);
    }
}
