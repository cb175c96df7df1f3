package io.meridian.inventory.catalogue;

import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Remembers for ever. */
final class FakeProductCache implements ProductCache {

    final Map<Sku, Product> known = new HashMap<>();

    @Override
    public Optional<Product> find(Sku sku) {
        return Optional.ofNullable(known.get(sku));
    }

    @Override
    public void put(Product product) {
        known.merge(product.sku(), product, (old, late) -> late.isNewerThan(old) ? late : old);
    }
}
