package io.meridian.local.platform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * The hops of one request as the {@code Server-Timing} response header tells them (W3C Server Timing): name, duration, and in the
 * description what the hop was given of the request's time, as in
 * {@code inventory.hold;dur=3.1;desc="inventory.hold granted 1890.0 reserved 20.0"}. What the whole request was granted and what was
 * left of it are metrics of their own, {@code granted} and {@code left}. What cannot be read is left out: the header informs people,
 * nothing depends on it.
 */
public record ServerTiming(List<Metric> metrics) {

    private static final Pattern GRANTED = share("granted");
    private static final Pattern RESERVED = share("reserved");

    /**
     * One hop.
     *
     * @param millis the time until its answer, including the hops it called itself
     * @param grantedMillis what it was given to answer; empty if nobody says
     * @param reservedMillis what was kept back for the way and the answer; empty if nobody says
     */
    public record Metric(String name, double millis, OptionalDouble grantedMillis, OptionalDouble reservedMillis) {

        /** A hop of which only the time is known. */
        public Metric(String name, double millis) {
            this(name, millis, OptionalDouble.empty(), OptionalDouble.empty());
        }
    }

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
                var millis = number(parameter(parameters, "dur"));
                if (!name.isEmpty() && millis.isPresent()) {
                    var description = parameter(parameters, "desc");
                    metrics.add(new Metric(
                            name, millis.getAsDouble(), share(GRANTED, description), share(RESERVED, description)));
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

    /** What the whole request was granted, by the service that opened its deadline. */
    public OptionalDouble grantedMillis() {
        return millis("granted");
    }

    /** What was left of that when the answer began. */
    public OptionalDouble leftMillis() {
        return millis("left");
    }

    /** The hops without what is said of the request as a whole. */
    public List<Metric> hops() {
        return metrics.stream()
                .filter(it -> !it.name().equals("granted") && !it.name().equals("left"))
                .toList();
    }

    private static Pattern share(String word) {
        return Pattern.compile("\\b" + word + " (\\d{1,12}(?:\\.\\d{1,6})?)");
    }

    private static OptionalDouble share(Pattern pattern, String description) {
        var found = pattern.matcher(description);
        return found.find() ? number(found.group(1)) : OptionalDouble.empty();
    }

    /** Its value without quotes; empty if it is not there. */
    private static String parameter(List<String> parameters, String name) {
        for (var parameter : parameters.subList(1, parameters.size())) {
            var equals = parameter.indexOf('=');
            if (equals > 0
                    && parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT).equals(name)) {
                return parameter.substring(equals + 1).strip().replace("\"", "");
            }
        }
        return "";
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
