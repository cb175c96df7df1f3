package io.meridian.inventory.catalogue;

import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import java.util.Optional;

/**
 * Remembers products for a short while, so that reading the same one often costs little.
 *
 * <p>What it tells may be late by as much as it remembers, never invented. It may forget at any time, and it never fails: when
 * it cannot be reached it knows nothing. So nothing is decided by it.
 */
public interface ProductCache {

    Optional<Product> find(Sku sku);

    /** Takes note of a product, soon; a newer state that it knows already stays. Returns at once. */
    void put(Product product);
}
