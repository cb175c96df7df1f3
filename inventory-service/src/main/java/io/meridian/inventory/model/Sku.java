package io.meridian.inventory.model;

import java.util.regex.Pattern;

/** The name of a product in the catalogue, such as {@code SKU-0001}; a well-formed one need not exist there. */
public record Sku(String value) implements Comparable<Sku> {

    /** What a SKU looks like, in words for whoever sent another. */
    public static final String SHAPE = "SKU- and four digits";

    private static final Pattern PATTERN = Pattern.compile("SKU-[0-9]{4}");

    public Sku {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("a SKU is " + SHAPE + ", was \"" + value + '"');
        }
    }

    public static boolean isWellFormed(String value) {
        return PATTERN.matcher(value).matches();
    }

    @Override
    public int compareTo(Sku other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
