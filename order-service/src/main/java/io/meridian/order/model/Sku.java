package io.meridian.order.model;

import java.util.regex.Pattern;

/** The name of one product: {@code SKU-} and four digits. Whether the catalogue has it is inventory's to say. */
public record Sku(String value) {

    private static final Pattern SHAPE = Pattern.compile("SKU-[0-9]{4}");

    public Sku {
        if (!SHAPE.matcher(value).matches()) {
            throw new Malformed("sku", "SKU- and four digits", Malformed.shown(value));
        }
    }

    static boolean isShapedLike(String text) {
        return SHAPE.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
