package io.meridian.order.model;

/** So many of one product at the price the catalogue named. */
public record PricedLine(Sku sku, int quantity, Money unitPrice) {

    public Money price() {
        return unitPrice.times(quantity);
    }
}
