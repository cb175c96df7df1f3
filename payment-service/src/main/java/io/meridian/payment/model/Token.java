package io.meridian.payment.model;

import java.util.regex.Pattern;

/**
 * A card as the provider's token; never a card number. Whoever holds it can charge with it, so it prints as nothing: it
 * cannot reach a log line or an error message by accident.
 */
public record Token(String secret) {

    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7E]{1,64}");

    public Token {
        if (!PRINTABLE.matcher(secret).matches()) {
            throw new IllegalArgumentException("A token is 1 to 64 printable ASCII characters without spaces");
        }
    }

    @Override
    public String toString() {
        return "Token[hidden]";
    }
}
