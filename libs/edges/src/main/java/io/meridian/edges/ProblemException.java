package io.meridian.edges;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A refusal on its way to the door, which renders it as {@code application/problem+json} or a gRPC status. Thrown by
 * edges only: a use case returns its refusals as outcomes. It carries no stack trace, because it says something about
 * the request and not about the code.
 *
 * <p>The detail is shown to the caller as it is; put nothing in it that the caller may not know.
 */
public final class ProblemException extends RuntimeException {

    private static final Set<String> TAKEN = Set.of("type", "title", "status", "detail", "instance", "traceId");

    private final Problem problem;
    private final String detail;
    private final transient Map<String, String> headers = new LinkedHashMap<>();
    private final transient Map<String, Object> properties = new LinkedHashMap<>();

    private ProblemException(Problem problem, String detail) {
        super(problem.type() + ": " + detail, null, false, false);
        this.problem = problem;
        this.detail = detail;
    }

    /** A refusal that tells the caller {@code detail}: what was expected, what was found. */
    public static ProblemException of(Problem problem, String detail) {
        return new ProblemException(problem, detail);
    }

    /** Sends this header with the refusal, replacing an earlier value. */
    public ProblemException header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /**
     * Adds an extension member to the body.
     *
     * @throws IllegalArgumentException if RFC 9457 or the platform has a meaning for that name already
     */
    public ProblemException with(String property, Object value) {
        if (TAKEN.contains(property)) {
            throw new IllegalArgumentException("an extension member cannot be one of " + TAKEN + ", was " + property);
        }
        properties.put(property, value);
        return this;
    }

    public Problem problem() {
        return problem;
    }

    public String detail() {
        return detail;
    }

    public Map<String, String> headers() {
        return Collections.unmodifiableMap(headers);
    }

    public Map<String, Object> properties() {
        return Collections.unmodifiableMap(properties);
    }
}
