package io.meridian.edges.json;

import io.meridian.edges.Refusal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes refusals as {@code application/problem+json}, the same way however a service has set up its own JSON. */
public final class ProblemJson {

    public static final String MEDIA_TYPE = "application/problem+json";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ProblemJson() {}

    /**
     * The body in UTF-8.
     *
     * @param instance the path that was asked for
     * @param traceId null if nothing is traced
     */
    public static byte[] bytes(Refusal refusal, String instance, @Nullable String traceId) {
        return JSON.writeValueAsBytes(refusal.members(instance, traceId));
    }
}
