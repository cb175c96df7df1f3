package io.meridian.order.model;

/**
 * So many of one product.
 *
 * @param quantity 1 to {@value #MOST}
 */
public record Line(Sku sku, int quantity) {

    /** The most of one product in one order; a bound that keeps totals and messages small. */
    public static final int MOST = 10_000;

    public Line {
        if (quantity < 1 || quantity > MOST) {
            throw new Malformed("quantity", "1 to " + MOST, String.valueOf(quantity));
        }
    }
}
