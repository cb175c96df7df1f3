package io.meridian.inventory.store;

import io.meridian.inventory.catalogue.Products;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The catalogue in PostgreSQL; a page is read from where the last one ended, so that late pages cost no more than the first. */
public final class JdbcProducts implements Products {

    private static final String FIND =
            """
            SELECT p.sku, p.name, p.unit_price, p.currency, s.on_hand, s.held, s.sold, s.version
            FROM products p
            JOIN stock s ON s.sku = p.sku
            WHERE p.sku = :sku
            """;

    private static final String AFTER =
            """
            SELECT p.sku, p.name, p.unit_price, p.currency, s.on_hand, s.held, s.sold, s.version
            FROM products p
            JOIN stock s ON s.sku = p.sku
            WHERE p.sku > :after
            ORDER BY p.sku
            LIMIT :limit
            """;

    private final JdbcClient jdbc;

    public JdbcProducts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Optional<Product> find(Sku sku) {
        return jdbc.sql(FIND)
                .param("sku", sku.value())
                .query((row, _) -> Rows.product(row))
                .optional();
    }

    @Override
    public List<Product> after(@Nullable Sku after, int limit) {
        return jdbc.sql(AFTER)
                .param("after", after == null ? "" : after.value())
                .param("limit", limit)
                .query((row, _) -> Rows.product(row))
                .list();
    }
}
