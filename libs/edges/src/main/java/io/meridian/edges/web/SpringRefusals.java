package io.meridian.edges.web;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.edges.Refusal;
import io.meridian.edges.json.UnreadableJson;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.server.ServerWebInputException;
import tools.jackson.core.JacksonException;

/** Turns what Spring throws about a request into a {@link Refusal}; what it does not know is nobody's refusal. */
public final class SpringRefusals {

    private SpringRefusals() {}

    /** The refusal that {@code thrown} stands for; empty if it is a fault. */
    public static Optional<Refusal> of(Throwable thrown) {
        return find(ProblemException.class, thrown)
                .map(Refusal::of)
                .or(() -> unreadable(thrown))
                .or(() -> mismatch(thrown))
                .or(() -> invalid(thrown))
                .or(() -> thrown instanceof ErrorResponse response ? Optional.of(of(response)) : Optional.empty());
    }

    /** The refusal of a body over its limit. */
    public static ProblemException tooLarge() {
        return ProblemException.of(Problem.TOO_LARGE, "The body is larger than is accepted here.");
    }

    private static Refusal of(ErrorResponse response) {
        var status = response.getStatusCode().value();
        var words = status == 404 ? null : response.getBody().getDetail();
        return Refusal.ofStatus(status, words).withHeaders(single(response.getHeaders()));
    }

    /** The caller's body that is not the JSON it should be; a body that we could not read from a peer is a fault. */
    private static Optional<Refusal> unreadable(Throwable thrown) {
        var detail =
                switch (thrown) {
                    case HttpMessageNotReadableException body ->
                        find(JacksonException.class, body)
                                .map(UnreadableJson::explain)
                                .or(() -> Optional.of("expected a body that can be read, found "
                                        + (body.getCause() == null ? "nothing" : "one that breaks off")));
                    case ServerWebInputException input ->
                        find(JacksonException.class, input).map(UnreadableJson::explain);
                    default -> Optional.<String>empty();
                };
        return detail.map(words -> Refusal.of(Problem.MALFORMED, words));
    }

    private static Optional<Refusal> mismatch(Throwable thrown) {
        var mismatch =
                switch (thrown) {
                    case MethodArgumentTypeMismatchException argument -> Optional.<TypeMismatchException>of(argument);
                    case ServerWebInputException input -> find(TypeMismatchException.class, input);
                    default -> Optional.<TypeMismatchException>empty();
                };
        return mismatch.map(wrong -> Refusal.of(
                Problem.MALFORMED,
                name(thrown, wrong) + ": expected " + expected(wrong.getRequiredType()) + ", found \""
                        + shown(wrong.getValue()) + "\""));
    }

    private static String name(Throwable thrown, TypeMismatchException wrong) {
        if (wrong instanceof MethodArgumentTypeMismatchException argument) {
            return argument.getName();
        }
        var parameter = thrown instanceof ServerWebInputException input ? input.getMethodParameter() : null;
        var name = parameter == null ? wrong.getPropertyName() : parameter.getParameterName();
        return name == null ? "a parameter" : name;
    }

    private static Optional<Refusal> invalid(Throwable thrown) {
        var wrongs =
                switch (thrown) {
                    case Errors errors ->
                        errors.getAllErrors().stream()
                                .map(error -> (error instanceof FieldError field
                                                ? field.getField()
                                                : error.getObjectName())
                                        + ": " + error.getDefaultMessage());
                    case HandlerMethodValidationException parameters when !parameters.isForReturnValue() ->
                        parameters.getParameterValidationResults().stream()
                                .flatMap(result -> result.getResolvableErrors().stream()
                                        .map(error ->
                                                result.getMethodParameter().getParameterName() + ": "
                                                        + error.getDefaultMessage()));
                    default -> Stream.<String>empty();
                };
        var detail = wrongs.sorted().limit(16).collect(Collectors.joining("; "));
        return detail.isEmpty() ? Optional.empty() : Optional.of(Refusal.of(Problem.MALFORMED, detail));
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return "something else";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isEnum()) {
            return Stream.of(type.getEnumConstants())
                    .map(Object::toString)
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        return type == UUID.class ? "a UUID" : "another form";
    }

    private static String shown(@Nullable Object value) {
        var text = String.valueOf(value);
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }

    private static LinkedHashMap<String, String> single(HttpHeaders headers) {
        var single = new LinkedHashMap<String, String>();
        headers.forEach((name, values) -> single.put(name, String.join(", ", values)));
        return single;
    }

    private static <T extends Throwable> Optional<T> find(Class<T> type, Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 16; depth++, cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
