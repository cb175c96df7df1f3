package io.meridian.inventory.model;

/** One product of the catalogue: its name and price never change here, its stock does. */
public record Product(Sku sku, String name, Money unitPrice, Stock stock) {

    /** Whether this says something later than {@code other} about the same product. */
    public boolean isNewerThan(Product other) {
        return stock.version() > other.stock.version();
    }
}
