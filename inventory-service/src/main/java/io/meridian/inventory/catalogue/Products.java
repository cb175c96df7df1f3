package io.meridian.inventory.catalogue;

import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The catalogue with the stock as it is: what is found here is true at that moment. */
public interface Products {

    Optional<Product> find(Sku sku);

    /**
     * The first products by SKU, ascending.
     *
     * @param after only those with a greater SKU than this, which need not exist; null for the beginning
     */
    List<Product> after(@Nullable Sku after, int limit);
}
