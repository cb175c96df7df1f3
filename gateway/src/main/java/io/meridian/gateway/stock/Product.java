package io.meridian.gateway.stock;

/**
 * A product, as inventory last told of it.
 *
 * @param unitPrice in minor units
 * @param version grows with every change of the product
 */
public record Product(
        String sku, String name, long unitPrice, String currency, long onHand, long held, long sold, long version) {}
