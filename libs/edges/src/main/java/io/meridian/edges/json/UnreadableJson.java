package io.meridian.edges.json;

import java.time.Duration;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * Says why a body could not be read in the caller's words: where, what was expected, what was found, as in
 * {@code items[0].quantity: expected a whole number, found text}. It never names a class of ours.
 */
public final class UnreadableJson {

    /** A name from the request is shown up to this length: enough to recognise it. */
    private static final int SHOWN = 64;

    private static final Pattern CLASS_NAME = Pattern.compile("\\b[a-z]\\w*(\\.\\w+)*\\.[A-Z]\\w*");
    private static final Pattern REPEATED = Pattern.compile("Duplicate Object property \"(.*?)\"", Pattern.DOTALL);

    private UnreadableJson() {}

    /** The explanation of {@code cause}, in one line. */
    public static String explain(JacksonException cause) {
        return switch (cause) {
            case UnrecognizedPropertyException unknown -> at(unknown) + "unknown field" + known(unknown);
            case InputCoercionException tooBig ->
                at(tooBig) + "expected " + expected(tooBig.getTargetType()) + ", found a number out of its range";
            case InvalidFormatException wrong when wrong.getValue() instanceof String text && isTextual(wrong) ->
                at(wrong) + "expected " + expected(wrong.getTargetType()) + ", found \"" + shown(text) + "\"";
            case ValueInstantiationException refused -> at(refused) + reason(refused);
            case MismatchedInputException trailing when says(trailing, "Trailing token") ->
                "expected nothing after the JSON value, found more";
            case MismatchedInputException empty when says(empty, "No content to map") ->
                "expected a JSON value, found nothing";
            case MismatchedInputException wrong ->
                at(wrong) + "expected " + expected(wrong.getTargetType()) + ", found " + found(wrong);
            case StreamConstraintsException _ -> at(cause) + "the JSON is nested too deeply or one of its values is too long";
            case UnexpectedEndOfInputException _ -> at(cause) + "the JSON ends before it is complete";
            case StreamReadException syntax -> syntax(syntax);
            default -> at(cause) + "the JSON does not have the expected form";
        };
    }

    private static String syntax(StreamReadException syntax) {
        var message = Objects.requireNonNullElse(syntax.getOriginalMessage(), "");
        var repeated = REPEATED.matcher(message);
        if (repeated.find()) {
            return "field \"" + shown(repeated.group(1)) + "\" is given more than once";
        }
        if (message.startsWith("Invalid UTF-8")) {
            return "the body is not valid UTF-8";
        }
        var where = syntax.getLocation();
        return where == null
                ? "the body is not JSON"
                : "the body is not JSON: line " + where.getLineNr() + ", column " + where.getColumnNr();
    }

    private static String known(UnrecognizedPropertyException unknown) {
        var known = unknown.getKnownPropertyIds();
        return known == null || known.isEmpty()
                ? ""
                : "; expected one of "
                        + known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    /** Our own records refuse in words meant for the caller; anything that looks like code is left out. */
    private static String reason(ValueInstantiationException refused) {
        return Optional.ofNullable(refused.getCause())
                .filter(IllegalArgumentException.class::isInstance)
                .map(Throwable::getMessage)
                .filter(message -> !CLASS_NAME.matcher(message).find())
                .map(UnreadableJson::shownSentence)
                .orElse("expected " + expected(refused.getType() == null ? null : refused.getType().getRawClass())
                        + ", found one that cannot be accepted");
    }

    /** Whether the text itself is wrong, such as a word that is none of an enum's, rather than its being text. */
    private static boolean isTextual(InvalidFormatException wrong) {
        var type = wrong.getTargetType();
        return type != null && !isNumber(type) && type != boolean.class && type != Boolean.class;
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return "something else";
        }
        if (isWhole(type)) {
            return "a whole number";
        }
        if (isNumber(type)) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(Object::toString)
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (CharSequence.class.isAssignableFrom(type) || type == char.class || type == Character.class) {
            return "text";
        }
        if (TemporalAccessor.class.isAssignableFrom(type)) {
            return "a date or time in ISO 8601";
        }
        if (Duration.class.isAssignableFrom(type)) {
            return "a duration in ISO 8601";
        }
        if (type == UUID.class) {
            return "a UUID";
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return Map.class.isAssignableFrom(type) || !type.isPrimitive() ? "an object" : "something else";
    }

    private static boolean isWhole(Class<?> type) {
        return type == int.class
                || type == Integer.class
                || type == long.class
                || type == Long.class
                || type == short.class
                || type == Short.class
                || type == byte.class
                || type == Byte.class
                || type == java.math.BigInteger.class;
    }

    private static boolean isNumber(Class<?> type) {
        return isWhole(type)
                || Number.class.isAssignableFrom(type)
                || type == double.class
                || type == float.class;
    }

    private static String found(MismatchedInputException wrong) {
        if (!(wrong.processor() instanceof JsonParser parser) || parser.currentToken() == null) {
            return "something else";
        }
        return switch (Objects.requireNonNull(parser.currentToken())) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "text";
            case VALUE_NUMBER_INT -> "a whole number";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            // The object ended without the field.
            case JsonToken _ -> "nothing";
        };
    }

    private static boolean says(MismatchedInputException cause, String words) {
        return cause.getOriginalMessage() != null && cause.getOriginalMessage().startsWith(words);
    }

    private static String at(JacksonException cause) {
        var path = new StringBuilder();
        for (var step : cause.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(shown(step.getPropertyName()));
            }
        }
        return (path.isEmpty() ? "body" : path) + ": ";
    }

    private static String shown(String fromRequest) {
        return fromRequest.length() <= SHOWN ? fromRequest : fromRequest.substring(0, SHOWN) + "…";
    }

    private static String shownSentence(String message) {
        return message.length() <= 4 * SHOWN ? message : message.substring(0, 4 * SHOWN) + "…";
    }
}
