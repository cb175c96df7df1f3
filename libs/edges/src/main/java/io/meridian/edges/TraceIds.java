package io.meridian.edges;

import org.jspecify.annotations.Nullable;

/** Knows which trace the current request belongs to, so that a refusal can name it. */
@FunctionalInterface
public interface TraceIds {

    /** The header in which every answer names its trace. */
    String HEADER = "x-trace-id";

    /** The trace id of what runs now, as 32 lowercase hex digits; null if nothing is traced. */
    @Nullable String current();
}
