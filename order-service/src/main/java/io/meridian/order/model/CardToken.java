package io.meridian.order.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The card as the payment provider's token, never a card number. Does not show itself in logs. */
public record CardToken(String value) {

    private static final Pattern SHAPE = Pattern.compile("[!-~]{1,64}");

    public CardToken {
        if (!SHAPE.matcher(value).matches()) {
            throw new Malformed("payment.token", "1 to 64 printable ASCII characters", value.length() + " characters");
        }
    }

    /** Reads what a client sent; null means it sent none. */
    public static CardToken parse(@Nullable String text) {
        if (text == null) {
            throw new Malformed("payment.token", "1 to 64 printable ASCII characters", "missing");
        }
        return new CardToken(text);
    }

    @Override
    public String toString() {
        return "CardToken[…]";
    }
}
