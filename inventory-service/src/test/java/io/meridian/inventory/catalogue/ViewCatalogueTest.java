package io.meridian.inventory.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meridian.inventory.holding.FakeHolds;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewCatalogueTest {

    private final FakeHolds products = new FakeHolds();
    private final FakeProductCache cache = new FakeProductCache();
    private final ViewCatalogue catalogue = new ViewCatalogue(products, cache);

    @Test
    void whatTheCacheKnowsIsToldFromTheCache() {
        var sku = products.stock("SKU-0001", 10);
        var known = products.find(sku).orElseThrow();
        cache.put(known);
        products.stock("SKU-0001", 9);

        assertThat(catalogue.product(sku)).contains(known);
    }

    @Test
    void whatTheCacheDoesNotKnowIsReadAndRemembered() {
        var sku = products.stock("SKU-0001", 10);

        var found = catalogue.product(sku);

        assertThat(found).isEqualTo(products.find(sku));
        assertThat(cache.known).containsEntry(sku, found.orElseThrow());
    }

    @Test
    void whatIsNotInTheCatalogueIsNotRemembered() {
        assertThat(catalogue.product(new Sku("SKU-9999"))).isEmpty();
        assertThat(cache.known).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 7, 8, 100})
    void thePagesTogetherAreTheCatalogueOnceEach(int limit) {
        for (var i = 1; i <= 7; i++) {
            products.stock("SKU-000" + i, i);
        }
        var seen = new ArrayList<Sku>();
        @Nullable Sku after = null;

        do {
            var page = catalogue.page(after, limit);
            assertThat(page.products()).hasSizeBetween(1, limit);
            page.products().stream().map(Product::sku).forEach(seen::add);
            after = page.next();
        } while (after != null);

        assertThat(seen).isSorted().doesNotHaveDuplicates().hasSize(7);
    }

    @Test
    void anEmptyPageIsTheLastOne() {
        assertThat(catalogue.page(new Sku("SKU-5000"), 10)).isEqualTo(new ViewCatalogue.Page(List.of(), null));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 101})
    void aPageIsBounded(int limit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalogue.page(null, limit))
                .withMessageContaining("1..100");
    }
}
