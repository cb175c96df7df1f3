package io.meridian.local.platform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The hops of one request as the {@code Server-Timing} response header tells them (W3C Server Timing): name and duration.
 * What cannot be read is left out: the header informs people, nothing depends on it.
 */
public record ServerTiming(List<Metric> metrics) {

    /** One hop; {@code millis} is the time until its answer, including the hops it called itself. */
    public record Metric(String name, double millis) {}

    public ServerTiming {
        metrics = List.copyOf(metrics);
    }

    /** Reads all values of the header; each may hold several comma-separated metrics. */
    public static ServerTiming parse(Collection<String> headerValues) {
        var metrics = new ArrayList<Metric>();
        for (var value : headerValues) {
            for (var entry : splitOutsideQuotes(value, ',')) {
                var parameters = splitOutsideQuotes(entry, ';');
                var name = parameters.getFirst().strip();
                var millis = duration(parameters);
                if (!name.isEmpty() && millis.isPresent()) {
                    metrics.add(new Metric(name, millis.getAsDouble()));
                }
            }
        }
        return new ServerTiming(metrics);
    }

    /** The duration of the first metric of this name. */
    public OptionalDouble millis(String name) {
        return metrics.stream()
                .filter(it -> it.name().equals(name))
                .mapToDouble(Metric::millis)
                .findFirst();
    }

    private static OptionalDouble duration(List<String> parameters) {
        for (var parameter : parameters.subList(1, parameters.size())) {
            var equals = parameter.indexOf('=');
            if (equals > 0
                    && parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT).equals("dur")) {
                return number(parameter.substring(equals + 1).strip().replace("\"", ""));
            }
        }
        return OptionalDouble.empty();
    }

    private static OptionalDouble number(String text) {
        try {
            var value = Double.parseDouble(text);
            return Double.isFinite(value) && value >= 0 ? OptionalDouble.of(value) : OptionalDouble.empty();
        } catch (NumberFormatException _) {
            return OptionalDouble.empty();
        }
    }

    private static List<String> splitOutsideQuotes(String text, char separator) {
        var parts = new ArrayList<String>();
        var quoted = false;
        var from = 0;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(Math.min(from, text.length())));
        return parts;
    }
}
