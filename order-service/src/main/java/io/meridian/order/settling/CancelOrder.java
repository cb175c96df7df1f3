package io.meridian.order.settling;

import io.meridian.order.model.Fact;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.placing.Orders;
import java.time.InstantSource;

/** Takes an order back for its customer, before or after its confirmation. The event this writes undoes what was done. */
public final class CancelOrder {

    private final Change change;

    public CancelOrder(Orders orders, InstantSource clock) {
        this.change = new Change(orders, clock);
    }

    /** What the request came to. */
    public sealed interface Outcome {

        /** It is cancelled, now or since before. */
        record Cancelled(Order.Cancelled order) implements Outcome {}

        /** It was rejected: there is nothing to take back. */
        record NotCancellable(Order order) implements Outcome {}

        record NoSuchOrder() implements Outcome {}
    }

    public Outcome cancel(OrderId id) {
        return switch (change.apply(id, new Fact.CancelAsked())) {
            case Change.Effect.Changed(var order) -> of(order);
            case Change.Effect.Unchanged(var order) -> of(order);
            case Change.Effect.NoSuchOrder() -> new Outcome.NoSuchOrder();
        };
    }

    private static Outcome of(Order order) {
        return order instanceof Order.Cancelled cancelled
                ? new Outcome.Cancelled(cancelled)
                : new Outcome.NotCancellable(order);
    }
}
