package io.meridian.simulation.order;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Status;
import io.meridian.order.model.Step;
import io.meridian.simulation.database.Database;
import io.meridian.simulation.database.Row;
import io.meridian.simulation.database.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The tables of the order service, as its migrations have them. */
public final class OrderRows {

    /** An order with its lines and where it stands. */
    public record OrderRow(
            Order order,
            Instant journalledAt,
            long version,
            int steps,
            @Nullable CardToken token,
            long epoch,
            @Nullable Instant leaseUntil,
            int attempts,
            Instant nextAttemptAt)
            implements Row {

        @Override
        public void check() {
            Row.require((order.status() == Status.PENDING) == (token != null), "a token while it is pending");
            Row.require(
                    !(order instanceof Order.Confirmed confirmed)
                            || confirmed.pricing().heldUntil() != null,
                    "a confirmed order was held");
        }
    }

    /**
     * One line of an order's log.
     *
     * @param cause the record in whose handling it was written, for oracles; null if there was none
     */
    public record StepRow(Step step, @Nullable String reason, Instant at, @Nullable String cause) implements Row {}

    /** The key of {@link StepRow}. */
    public record StepKey(OrderId order, int sequence) {}

    /** Which request an idempotency key belongs to. */
    public record KeyRow(String fingerprint, OrderId order, Instant claimedAt) implements Row {}

    /** The key of {@link KeyRow}. */
    public record Key(String customer, String key) {}

    public final Table<OrderId, OrderRow> orders;
    public final Table<StepKey, StepRow> steps;
    public final Table<Key, KeyRow> keys;

    public OrderRows(Database database) {
        this.orders = database.table("orders");
        this.steps = database.table("order_transitions");
        this.keys = database.table("idempotency_keys");
    }
}
