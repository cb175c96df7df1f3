package io.meridian.inventory.http;

import io.meridian.inventory.model.Money;
import io.meridian.inventory.model.Product;

/** A product as JSON; {@code available} is what an order can have now. */
record ProductBody(
        String sku, String name, MoneyBody unitPrice, long onHand, long held, long sold, long available) {

    static ProductBody of(Product product) {
        var stock = product.stock();
        return new ProductBody(
                product.sku().value(),
                product.name(),
                MoneyBody.of(product.unitPrice()),
                stock.onHand(),
                stock.held(),
                stock.sold(),
                stock.onHand());
    }

    /** @param amount minor units */
    record MoneyBody(long amount, String currency) {

        static MoneyBody of(Money money) {
            return new MoneyBody(money.amount(), money.currency());
        }
    }
}
