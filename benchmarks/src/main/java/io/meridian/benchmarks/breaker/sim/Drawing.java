package io.meridian.benchmarks.breaker.sim;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An SVG being drawn: panels of lines over time, and a map of coloured fields. */
final class Drawing {

    private static final List<String> COLOURS =
            List.of("#0b6e4f", "#c1121f", "#1d4e89", "#e08e0b", "#6a4c93", "#777777", "#00a5a8", "#8a5a44");
    private static final List<String> DASHES = List.of("none", "7 4", "2 3", "9 3 2 3", "4 2", "none", "1 2", "12 4");

    private final StringBuilder text = new StringBuilder();
    private final int width;
    private final int height;

    Drawing(int width, int height, String title) {
        this.width = width;
        this.height = height;
        label(20, 26, "start", "#222", 16, title);
    }

    /** A line of values at equal steps from 0 to the panel's end; NaN leaves a gap. */
    record Line(String name, double[] values) {}

    /**
     * @param most of the values
     * @param shaded from when until when the ground is grey, as shares of the width
     */
    record Panel(String title, double most, double seconds, double shadedFrom, double shadedTo, List<Line> lines) {}

    /** Draws a panel with its upper left corner there. */
    void panel(Panel panel, int left, int top, int across, int down) {
        label(left, top - 8, "start", "#222", 13, panel.title);
        text.append("<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#f1efe9\"/>%n"
                .formatted(
                        left + across * panel.shadedFrom / panel.seconds,
                        top,
                        across * (panel.shadedTo - panel.shadedFrom) / panel.seconds,
                        down));
        for (var quarter = 0; quarter <= 4; quarter++) {
            var y = top + down * (1 - quarter / 4.0);
            line(left, y, left + across, y, "#ddd");
            label(left - 6, y + 4, "end", "#555", 11, number(panel.most * quarter / 4));
        }
        for (var seconds = 0; seconds <= panel.seconds; seconds += 15) {
            label(left + across * seconds / panel.seconds, top + down + 15, "middle", "#555", 11, seconds + " s");
        }
        for (var number = 0; number < panel.lines.size(); number++) {
            curve(panel, panel.lines.get(number), number, left, top, across, down);
        }
    }

    private void curve(Panel panel, Line line, int number, int left, int top, int across, int down) {
        var values = line.values;
        var points = IntStream.range(0, values.length)
                .filter(it -> !Double.isNaN(values[it]))
                .mapToObj(it -> "%.1f,%.1f"
                        .formatted(
                                left + across * (it + 0.5) / values.length,
                                top + down * (1 - Math.min(values[it] / panel.most, 1))))
                .collect(Collectors.joining(" "));
        text.append(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-dasharray=\"%s\" points=\"%s\"/>%n"
                        .formatted(colour(number), number == 0 ? "2.6" : "1.5", dash(number), points));
    }

    /** The names of lines in their colours, side by side. */
    void legend(List<String> names, int left, int top, int apart) {
        for (var number = 0; number < names.size(); number++) {
            var x = left + number * apart;
            text.append(
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2.5\" stroke-dasharray=\"%s\"/>%n"
                            .formatted(x, top, x + 26, top, colour(number), dash(number)));
            label(x + 32, top + 4, "start", colour(number), 12, names.get(number));
        }
    }

    /** A field between 0 (red) and 1 (green) of what is possible, with its value in it. */
    void field(double x, double y, double across, double down, double share, String value) {
        var bounded = Math.clamp(share, 0.0, 1.0);
        text.append(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"hsl(%.0f 62%% %.0f%%)\" stroke=\"#fff\"/>%n"
                        .formatted(x, y, across, down, 8 + 142 * bounded, 84 - 30 * Math.abs(bounded - 0.5)));
        label(x + across / 2, y + down / 2 + 4, "middle", "#222", 11, value);
    }

    void label(double x, double y, String anchor, String colour, int size, String words) {
        text.append("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">%s</text>%n"
                .formatted(x, y, anchor, colour, size, words));
    }

    private void line(double fromX, double fromY, double toX, double toY, String colour) {
        text.append("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n"
                .formatted(fromX, fromY, toX, toY, colour));
    }

    String svg() {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif">
                <rect width="%d" height="%d" fill="#fff"/>
                """
                        .formatted(width, height, width, height)
                + text
                + "</svg>\n";
    }

    private static String number(double value) {
        return value == Math.rint(value) ? "%.0f".formatted(value) : String.format(Locale.ROOT, "%.2f", value);
    }

    private static String colour(int number) {
        return COLOURS.get(number % COLOURS.size());
    }

    private static String dash(int number) {
        return DASHES.get(number % DASHES.size());
    }
}
