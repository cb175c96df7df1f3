package io.meridian.edges;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer that says no, ready to be written by any door: an RFC 9457 problem and the headers that go with it.
 *
 * @param status the HTTP status
 * @param type a reference such as {@code /problems/out-of-stock}, or {@code about:blank} where the status says it all
 * @param title the same for each occurrence of this type
 * @param detail about this occurrence, for the caller to read
 * @param headers sent with it; names as they are sent
 * @param properties extension members of the body
 */
public record Refusal(
        int status,
        String type,
        String title,
        String detail,
        Map<String, String> headers,
        Map<String, Object> properties) {

    public Refusal {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /** The refusal that was thrown. */
    public static Refusal of(ProblemException thrown) {
        var headers = customaryHeaders(thrown.problem());
        headers.putAll(thrown.headers());
        var problem = thrown.problem();
        return new Refusal(
                problem.status(), problem.type(), problem.title(), thrown.detail(), headers, thrown.properties());
    }

    /** A refusal without anything particular. */
    public static Refusal of(Problem problem, String detail) {
        return new Refusal(
                problem.status(), problem.type(), problem.title(), detail, customaryHeaders(problem), Map.of());
    }

    /**
     * A refusal of which a framework decided only the status. Below 500 its words are shown if it has some; a server's
     * words about its own fault are for its log.
     *
     * @param detail what the framework says about it; null if it says nothing
     */
    public static Refusal ofStatus(int status, @Nullable String detail) {
        return Problem.ofStatus(status)
                .map(problem -> of(problem, status < 500 && detail != null ? detail : customaryDetail(problem)))
                .orElseGet(() -> new Refusal(
                        status,
                        "about:blank",
                        "Status " + status,
                        status < 500 && detail != null ? detail : "No more is known about it.",
                        Map.of(),
                        Map.of()));
    }

    /** A fault of ours: the caller learns that it happened and, by the trace id, how to ask about it. */
    public static Refusal internal() {
        return of(Problem.INTERNAL, customaryDetail(Problem.INTERNAL));
    }

    /** The same with these headers as well; they replace those of the same name. */
    public Refusal withHeaders(Map<String, String> more) {
        var all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Refusal(status, type, title, detail, all, properties);
    }

    /**
     * The members of the body in the order they are written.
     *
     * @param instance the path that was asked for
     * @param traceId null if nothing is traced
     */
    public Map<String, Object> members(String instance, @Nullable String traceId) {
        var members = new LinkedHashMap<String, Object>();
        members.put("type", type);
        members.put("title", title);
        members.put("status", status);
        members.put("detail", detail);
        members.put("instance", instance);
        if (traceId != null) {
            members.put("traceId", traceId);
        }
        members.putAll(properties);
        return members;
    }

    /** What every caller may rely on: a second is the shortest wait the header can ask for. */
    private static Map<String, String> customaryHeaders(Problem problem) {
        var headers = new LinkedHashMap<String, String>();
        switch (problem) {
            case RATE_LIMITED, OVERLOADED, DEPENDENCY_UNAVAILABLE -> headers.put("Retry-After", "1");
            case DEADLINE_EXCEEDED -> headers.put("x-deadline-expired", "1");
            default -> {}
        }
        return headers;
    }

    private static String customaryDetail(Problem problem) {
        return switch (problem) {
            case MALFORMED -> "The request cannot be understood.";
            case NOT_FOUND -> "Nothing is here.";
            case INTERNAL -> "The fault is recorded under the trace id.";
            case DEPENDENCY_UNAVAILABLE -> "A service this needs does not answer; try again.";
            case DEADLINE_EXCEEDED -> "The answer did not arrive in time.";
            default -> problem.title() + ".";
        };
    }
}
