package io.meridian.inventory.store;

import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Money;
import io.meridian.inventory.model.PricedLine;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.model.Stock;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads the values that several statements return under the same column names. */
final class Rows {

    private Rows() {}

    static Product product(ResultSet row) throws SQLException {
        return new Product(
                new Sku(row.getString("sku")),
                row.getString("name"),
                price(row),
                new Stock(row.getLong("on_hand"), row.getLong("held"), row.getLong("sold"), row.getLong("version")));
    }

    static PricedLine pricedLine(ResultSet row) throws SQLException {
        return new PricedLine(new Line(new Sku(row.getString("sku")), row.getInt("quantity")), price(row));
    }

    private static Money price(ResultSet row) throws SQLException {
        return new Money(row.getLong("unit_price"), row.getString("currency"));
    }
}
