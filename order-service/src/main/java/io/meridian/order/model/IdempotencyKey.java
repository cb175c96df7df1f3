package io.meridian.order.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The client's name for one request, under which it may be sent again: 1 to 255 printable ASCII characters. */
public record IdempotencyKey(String value) {

    private static final Pattern SHAPE = Pattern.compile("[ -~]{1,255}");
    private static final String EXPECTED = "1 to 255 printable ASCII characters";

    public IdempotencyKey {
        if (!SHAPE.matcher(value).matches()) {
            throw new Malformed("Idempotency-Key", EXPECTED, Malformed.shown(value));
        }
    }

    /**
     * Reads the header's value, as a string of RFC 8941 (in quotes, with {@code \"} and {@code \\}) or bare; null means there
     * was no header.
     */
    public static IdempotencyKey parse(@Nullable String header) {
        if (header == null) {
            throw new Malformed("Idempotency-Key", EXPECTED, "missing");
        }
        var text = header.strip();
        return new IdempotencyKey(text.startsWith("\"") ? unquoted(text) : text);
    }

    private static String unquoted(String text) {
        var plain = new StringBuilder();
        for (var at = 1; at < text.length(); at++) {
            var here = text.charAt(at);
            if (here == '"' && at == text.length() - 1) {
                return plain.toString();
            }
            if (here == '"' || here == '\\' && !escapes(text, ++at)) {
                break;
            }
            plain.append(text.charAt(at));
        }
        throw new Malformed("Idempotency-Key", "a string with a closing quote at its end", Malformed.shown(text));
    }

    private static boolean escapes(String text, int at) {
        return at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\\');
    }
}
