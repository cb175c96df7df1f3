package io.meridian.order.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who orders: 1 to 64 of letters, digits, dot, underscore and hyphen. */
public record CustomerId(String value) {

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public CustomerId {
        if (!SHAPE.matcher(value).matches()) {
            throw new Malformed("customerId", "1 to 64 of A-Z a-z 0-9 . _ -", Malformed.shown(value));
        }
    }

    /** Reads what a client sent; null means it sent none. */
    public static CustomerId parse(@Nullable String text) {
        if (text == null) {
            throw new Malformed("customerId", "1 to 64 of A-Z a-z 0-9 . _ -", "missing");
        }
        return new CustomerId(text);
    }

    @Override
    public String toString() {
        return value;
    }
}
