package io.meridian.simulation.inventory;

import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Money;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.PricedLine;
import io.meridian.inventory.model.Sku;
import io.meridian.simulation.database.Database;
import io.meridian.simulation.database.Row;
import io.meridian.simulation.database.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables of inventory, as its migrations have them. */
public final class StockRows {

    /** Where the pieces of a product are. */
    public record StockRow(Money price, long initial, long onHand, long held, long sold, long version) implements Row {

        @Override
        public void check() {
            Row.require(onHand >= 0 && held >= 0 && sold >= 0, "stock is not negative");
            Row.require(onHand + held + sold == initial, "conserved");
        }

        StockRow moved(int toOnHand, int toHeld, int toSold) {
            return new StockRow(price, initial, onHand + toOnHand, held + toHeld, sold + toSold, version + 1);
        }
    }

    /** What is, or was, set aside for one order, with its lines. */
    public record HoldRow(OrderId order, HoldStatus status, List<PricedLine> lines, @Nullable Instant expiresAt)
            implements Row {

        public HoldRow {
            lines = List.copyOf(lines);
        }

        @Override
        public void check() {
            Row.require(status == HoldStatus.CLOSED || expiresAt != null, "a hold has an end");
        }

        public Hold hold() {
            return Hold.of(order, status, lines, expiresAt);
        }
    }

    /** The highest epoch in which somebody asked about an order. */
    public record EpochRow(long epoch) implements Row {

        @Override
        public void check() {
            Row.require(epoch >= 0, "an epoch is not negative");
        }
    }

    public final Table<Sku, StockRow> stock;
    public final Table<OrderId, HoldRow> holds;
    public final Table<OrderId, EpochRow> epochs;

    public StockRows(Database database) {
        this.stock = database.table("stock");
        this.holds = database.table("holds");
        this.epochs = database.table("order_epochs");
    }

    /** Fills the catalogue before anything happens. */
    public void list(Sku sku, Money price, long pieces) {
        stock.rows().put(sku, new StockRow(price, pieces, pieces, 0, 0, 1));
    }
}
