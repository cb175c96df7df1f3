package io.meridian.order.remote;

/**
 * A product of the catalogue, as inventory last told of it.
 *
 * @param version grows with every change of the product
 */
public record Listed(long available, long version) {}
