package io.meridian.payment.model;

import java.util.UUID;
import java.util.regex.Pattern;

/** The order whose money this is. One order has at most one payment, so this is the payment's name too. */
public record OrderId(UUID value) {

    /** {@link UUID#fromString} also takes "1-1-1-1-1". */
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    /** @throws IllegalArgumentException if the text is not a UUID in its 36 characters */
    public static OrderId parse(String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("An order id is a UUID in its 36 characters");
        }
        return new OrderId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
