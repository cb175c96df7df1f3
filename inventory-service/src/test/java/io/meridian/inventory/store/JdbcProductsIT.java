package io.meridian.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.inventory.WholeService;
import io.meridian.inventory.catalogue.Products;
import io.meridian.inventory.model.Money;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.model.Stock;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class JdbcProductsIT extends WholeService {

    @Autowired
    private Products products;

    @Test
    void theCatalogueHasAThousandProducts() {
        assertThat(products.after(null, 2_000))
                .hasSize(1_000)
                .extracting(Product::sku)
                .isSorted()
                .startsWith(new Sku("SKU-0001"))
                .endsWith(new Sku("SKU-1000"));
    }

    @Test
    void theFirstIsPlentifulAndTheLastIsSoldOut() {
        assertThat(products.find(new Sku("SKU-0001"))).hasValueSatisfying(first -> {
            assertThat(first.unitPrice()).isEqualTo(new Money(1999, "EUR"));
            assertThat(first.stock().onHand()).isEqualTo(1_000_000);
        });
        assertThat(products.find(new Sku("SKU-1000"))).map(Product::stock).hasValueSatisfying(stock -> assertThat(
                        stock.total())
                .isZero());
    }

    @Test
    void namesAreDistinctAndPricesAndStockAreSensible() {
        var untouched = products.after(new Sku("SKU-0200"), 799);

        assertThat(products.after(null, 1_000)).extracting(Product::name).doesNotHaveDuplicates();
        assertThat(untouched)
                .hasSize(799)
                .allSatisfy(product -> {
                    assertThat(product.unitPrice().amount()).isBetween(500L, 20_000L);
                    assertThat(product.stock().onHand()).isBetween(1_000L, 10_000L);
                    assertThat(product.stock()).extracting(Stock::held, Stock::sold).containsExactly(0L, 0L);
                })
                .extracting(product -> product.unitPrice().amount())
                .satisfies(prices -> assertThat(prices.stream().distinct()).hasSizeGreaterThan(700));
    }

    @Test
    void aPageBeginsAfterTheNamedProductAndIsAsLongAsAsked() {
        assertThat(products.after(new Sku("SKU-0998"), 10))
                .extracting(product -> product.sku().value())
                .containsExactly("SKU-0999", "SKU-1000");
        assertThat(products.after(new Sku("SKU-1000"), 10)).isEmpty();
        assertThat(products.after(new Sku("SKU-0000"), 1))
                .extracting(product -> product.sku().value())
                .containsExactly("SKU-0001");
    }

    @Test
    void whatIsNotInTheCatalogueIsNotFound() {
        assertThat(products.find(new Sku("SKU-9999"))).isEmpty();
    }
}
