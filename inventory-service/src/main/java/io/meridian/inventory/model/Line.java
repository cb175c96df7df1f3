package io.meridian.inventory.model;

/** So many pieces of one product. */
public record Line(Sku sku, int quantity) {

    /** More of one product than anybody orders at once; keeps every sum far from overflow. */
    public static final int MAX_QUANTITY = 10_000;

    public Line {
        if (quantity < 1 || quantity > MAX_QUANTITY) {
            throw new IllegalArgumentException("quantity must be in 1.." + MAX_QUANTITY + ", was " + quantity);
        }
    }
}
