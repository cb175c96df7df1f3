package io.meridian.order.placing;

import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Sku;
import java.time.Duration;
import java.util.List;

/** What a request to place an order came to. Refusals are outcomes; only faults are thrown. */
public sealed interface Outcome {

    record Confirmed(Order.Confirmed order) implements Outcome {}

    /** Refused, with the reason in the order. */
    record Rejected(Order.Rejected order) implements Outcome {}

    /** The customer took it back while it was being placed. */
    record Cancelled(Order.Cancelled order) implements Outcome {}

    /** Time ran out. The order is journalled and will reach its end without the client. */
    record Unfinished(OrderId order) implements Outcome {}

    /** The same request came before and has no answer yet. */
    record InProgress(OrderId order) implements Outcome {}

    /** The key was used for another request. */
    record KeyReused() implements Outcome {}

    /** Whoever an order needs is known to be away. Nothing was written. */
    record Away(String who, Duration retryAfter) implements Outcome {}

    /** Nobody sells these, and that was known before. Nothing was written. */
    record UnknownSkus(List<Sku> skus) implements Outcome {

        public UnknownSkus {
            skus = List.copyOf(skus);
        }
    }

    /** What the first request for this order was, or will be, answered: later cancellation does not change it. */
    static Outcome asFirstAnswered(Order order) {
        return switch (order) {
            case Order.Placed placed -> new InProgress(placed.id());
            case Order.Reserved reserved -> new InProgress(reserved.id());
            case Order.Confirmed confirmed -> new Confirmed(confirmed);
            case Order.Rejected rejected -> new Rejected(rejected);
            case Order.Cancelled cancelled ->
                cancelled.asConfirmed().<Outcome>map(Confirmed::new).orElseGet(() -> new Cancelled(cancelled));
        };
    }
}
