package io.meridian.edges.faults;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.edges.Refusal;
import io.meridian.edges.json.ProblemJson;
import io.meridian.edges.json.StrictJson;
import io.meridian.edges.json.UnreadableJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where faults are set, read and ended by HTTP, whatever server that comes in by:
 *
 * <ul>
 *   <li>{@code GET} tells what is set, what that has done, and on what faults can be set;
 *   <li>{@code PUT} of one fault sets it, in the place of one on the same target;
 *   <li>{@code DELETE} ends all, with {@code ?target=} that one; ending what is not set is no failure.
 * </ul>
 *
 * <p>Each answers what is set afterwards. What cannot be understood is a 400 that names the field, its range and the targets.
 */
public final class FaultDesk {

    /** The longest body that is read; one byte more is refused. */
    public static final int MOST_BYTES = 8 * 1024;

    private static final String UNAVAILABLE = "unavailable";
    private static final String INTERNAL = "internal";

    private static final JsonMapper JSON;

    static {
        var builder = JsonMapper.builder();
        StrictJson.apply(builder);
        JSON = builder.build();
    }

    private final FaultBoard board;
    private final List<FaultTargets> doors;

    public FaultDesk(FaultBoard board, List<FaultTargets> doors) {
        this.board = board;
        this.doors = List.copyOf(doors);
    }

    /** An answer for a server to write; there is always a body. */
    public record Answer(int status, Map<String, String> headers, byte[] body) {}

    /** What is set and what it has done, for people and programs. */
    record FaultState(
            String target,
            int latencyMs,
            double spread,
            int workers,
            double errorRate,
            String error,
            boolean hang,
            int forSeconds,
            double remainingSeconds,
            long struck,
            long failed,
            int inside,
            int waiting) {

        static FaultState of(FaultBoard.State state) {
            var fault = state.fault();
            return new FaultState(
                    fault.target(),
                    fault.latencyMs(),
                    fault.spread(),
                    fault.workers(),
                    fault.errorRate(),
                    fault.error() == Problem.INTERNAL ? INTERNAL : UNAVAILABLE,
                    fault.hang(),
                    fault.forSeconds(),
                    Math.ceil(state.remaining().toMillis() / 100.0) / 10,
                    state.struck(),
                    state.failed(),
                    state.inside(),
                    state.waiting());
        }
    }

    /** A fault as it is asked for; what is not said is what a fault usually has. */
    record FaultJson(
            @Nullable String target,
            @Nullable Integer latencyMs,
            @Nullable Double spread,
            @Nullable Integer workers,
            @Nullable Double errorRate,
            @Nullable String error,
            @Nullable Boolean hang,
            @Nullable Integer forSeconds) {

        Fault toFault(String known) {
            return new Fault(
                    known,
                    or(latencyMs, 0),
                    or(spread, 0.0),
                    or(workers, 0),
                    or(errorRate, 0.0),
                    problem(or(error, UNAVAILABLE)),
                    or(hang, false),
                    or(forSeconds, Fault.USUAL_SECONDS));
        }

        private static <T> T or(@Nullable T said, T usual) {
            return said == null ? usual : said;
        }

        private static Problem problem(String error) {
            return switch (error) {
                case UNAVAILABLE -> Problem.DEPENDENCY_UNAVAILABLE;
                case INTERNAL -> Problem.INTERNAL;
                default ->
                    throw new IllegalArgumentException(
                            "error must be " + UNAVAILABLE + " or " + INTERNAL + ", was \"" + Fault.shown(error) + "\"");
            };
        }
    }

    /**
     * Does what is asked.
     *
     * @param method of HTTP
     * @param target the parameter of that name, null if there is none
     * @param path that was asked, to be named in a refusal
     */
    public Answer answer(String method, @Nullable String target, byte[] body, String path) {
        try {
            switch (method) {
                case "GET", "HEAD" -> {}
                case "PUT" -> set(body);
                case "DELETE" -> end(target);
                default ->
                    throw ProblemException.of(Problem.METHOD_NOT_ALLOWED, "Only GET, PUT and DELETE can be used here.")
                            .header("Allow", "GET, HEAD, PUT, DELETE");
            }
            return new Answer(200, headers("application/json", Map.of()), JSON.writeValueAsBytes(state()));
        } catch (ProblemException refused) {
            var refusal = Refusal.of(refused);
            return new Answer(
                    refusal.status(),
                    headers(ProblemJson.MEDIA_TYPE, refusal.headers()),
                    ProblemJson.bytes(refusal, path, null));
        }
    }

    private void set(byte[] body) {
        if (body.length > MOST_BYTES) {
            throw ProblemException.of(Problem.TOO_LARGE, "A fault has at most " + MOST_BYTES + " bytes.");
        }
        try {
            var asked = JSON.readValue(body, FaultJson.class);
            if (asked == null) {
                throw malformed("body: expected an object, found null");
            }
            board.set(asked.toFault(known(asked.target())));
        } catch (JacksonException unreadable) {
            throw malformed(UnreadableJson.explain(unreadable));
        } catch (IllegalArgumentException nonsense) {
            throw malformed(Objects.requireNonNullElse(nonsense.getMessage(), "no fault"));
        } catch (IllegalStateException stopping) {
            throw ProblemException.of(Problem.DEPENDENCY_UNAVAILABLE, "This application is stopping.");
        }
    }

    private void end(@Nullable String target) {
        if (target == null) {
            board.clear();
        } else {
            board.clear(known(target));
        }
    }

    private String known(@Nullable String target) {
        var targets = targets().keySet();
        var wanted = target == null ? "" : target.toLowerCase(Locale.ROOT);
        if (!targets.contains(wanted)) {
            throw malformed("target: expected one of " + String.join(", ", targets) + ", found "
                    + (target == null ? "nothing" : "\"" + Fault.shown(target) + "\""));
        }
        return wanted;
    }

    private Map<String, String> targets() {
        var targets = new TreeMap<String, String>();
        doors.forEach(door -> door.targets().forEach((name, what) -> targets.merge(name, what, (one, other) -> one + ", " + other)));
        for (var name : new ArrayList<>(targets.keySet())) {
            targets.put(Fault.allOf(name), "all of them together");
        }
        return targets;
    }

    private Map<String, Object> state() {
        var state = new LinkedHashMap<String, Object>();
        state.put("faults", board.state().stream().map(FaultState::of).toList());
        state.put("targets", targets());
        return state;
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(Problem.MALFORMED, detail);
    }

    private static Map<String, String> headers(String type, Map<String, String> more) {
        var headers = new LinkedHashMap<>(more);
        headers.put("Content-Type", type);
        headers.put("Cache-Control", "no-store");
        return headers;
    }
}
