package io.meridian.observability;

import io.micrometer.tracing.exporter.FinishedSpan;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Remembers what spans say of deadlines when they have ended; by kind and name. */
final class EndedSpans implements SpanExportingPredicate {

    final Map<String, String> said = new ConcurrentHashMap<>();

    @Override
    public boolean isExportable(FinishedSpan span) {
        said.put(
                span.getKind() + " " + span.getName(),
                span.getTags().entrySet().stream()
                        .filter(it -> it.getKey().startsWith("deadline."))
                        .map(it -> it.getKey() + "=" + it.getValue())
                        .collect(Collectors.joining(" ")));
        return true;
    }
}
