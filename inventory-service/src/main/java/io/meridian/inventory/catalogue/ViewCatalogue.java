package io.meridian.inventory.catalogue;

import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows one product, from the cache if it knows it, or a page of products as they are. */
public final class ViewCatalogue {

    /** The most products of one page: an answer has a bounded size. */
    public static final int MAX_LIMIT = 100;

    /** The products of a page when nobody says how many. */
    public static final int DEFAULT_LIMIT = 20;

    private final Products products;
    private final ProductCache cache;

    public ViewCatalogue(Products products, ProductCache cache) {
        this.products = products;
        this.cache = cache;
    }

    public Optional<Product> product(Sku sku) {
        var known = cache.find(sku);
        if (known.isPresent()) {
            return known;
        }
        var found = products.find(sku);
        found.ifPresent(cache::put);
        return found;
    }

    /**
     * The products that follow {@code after} by SKU.
     *
     * @param after null for the first page
     */
    public Page page(@Nullable Sku after, int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit must be in 1.." + MAX_LIMIT + ", was " + limit);
        }
        // One more than asked for tells whether there is a next page.
        var found = products.after(after, limit + 1);
        if (found.size() <= limit) {
            return new Page(found, null);
        }
        var shown = found.subList(0, limit);
        return new Page(shown, shown.getLast().sku());
    }

    /** @param next where the next page begins after; null on the last page */
    public record Page(List<Product> products, @Nullable Sku next) {

        public Page {
            products = List.copyOf(products);
        }
    }
}
