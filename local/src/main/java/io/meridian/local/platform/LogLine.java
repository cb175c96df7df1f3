package io.meridian.local.platform;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One entry of a component's log. The services write JSON objects, one a line; anything else, such as what the JVM itself says,
 * is kept as it stands and dated like the line before it.
 *
 * @param level such as {@code WARN}; empty if the line does not say
 * @param text the message with its further fields and, on lines of their own, the stack trace
 * @param raw the line as it stands in the file
 */
public record LogLine(
        Component source, Instant at, String level, String text, Optional<String> traceId, String raw) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What every line carries; the rest is worth showing. */
    private static final Set<String> USUAL = Set.of(
            "@timestamp",
            "@version",
            "message",
            "logger_name",
            "thread_name",
            "level",
            "level_value",
            "stack_trace",
            "service",
            "version",
            "arm",
            "environment",
            "traceId",
            "spanId");

    /** @param before the time of the line before, for a line that has none */
    static LogLine parse(Component source, String raw, Instant before) {
        if (raw.startsWith("{")) {
            try {
                return fromJson(source, raw, JSON.readTree(raw), before);
            } catch (JacksonException _) {
                // a line cut short by a crash: shown as it stands
            }
        }
        return new LogLine(source, before, "", raw, Optional.empty(), raw);
    }

    private static LogLine fromJson(Component source, String raw, JsonNode json, Instant before) {
        var text = new StringBuilder(field(json, "message").orElse(""));
        var further = json.properties().stream()
                .filter(it -> !USUAL.contains(it.getKey()))
                .map(it -> Map.entry(it.getKey(), it.getValue().asString(it.getValue().toString())))
                .filter(it -> !it.getValue().isEmpty())
                .map(it -> it.getKey() + "=" + it.getValue())
                .collect(Collectors.joining(" "));
        if (!further.isEmpty()) {
            text.append("  ").append(further);
        }
        field(json, "stack_trace").ifPresent(it -> text.append('\n').append(it.stripTrailing()));
        return new LogLine(
                source,
                field(json, "@timestamp").flatMap(LogLine::time).orElse(before),
                field(json, "level").orElse(""),
                text.toString(),
                field(json, "traceId"),
                raw);
    }

    private static Optional<String> field(JsonNode json, String name) {
        return Optional.ofNullable(json.get(name)).map(it -> it.asString("")).filter(it -> !it.isEmpty());
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
