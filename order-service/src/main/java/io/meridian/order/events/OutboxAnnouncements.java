package io.meridian.order.events;

import com.google.protobuf.Timestamp;
import io.meridian.contracts.order.v1.OrderCancelled;
import io.meridian.contracts.order.v1.OrderConfirmed;
import io.meridian.contracts.order.v1.OrderEvent;
import io.meridian.contracts.order.v1.OrderRejected;
import io.meridian.order.model.Money;
import io.meridian.order.model.Order;
import io.meridian.order.placing.Announcements;
import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.jdbc.Outbox;

/** Appends the event that tells of an order's end to the outbox, in the transaction that writes the end. */
public final class OutboxAnnouncements implements Announcements {

    private final Outbox outbox;

    public OutboxAnnouncements(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void announce(Order ended) {
        var event = OrderEvent.newBuilder()
                .setOrderId(ended.id().toString())
                .setAt(Timestamp.newBuilder()
                        .setSeconds(ended.at().getEpochSecond())
                        .setNanos(ended.at().getNano()));
        var type =
                switch (ended) {
                    case Order.Confirmed confirmed -> {
                        event.setOrderConfirmed(confirmed(confirmed));
                        yield "order.v1.OrderConfirmed";
                    }
                    case Order.Rejected rejected -> {
                        event.setOrderRejected(OrderRejected.newBuilder()
                                .setReason(rejected.reason().code()));
                        yield "order.v1.OrderRejected";
                    }
                    case Order.Cancelled cancelled -> {
                        event.setOrderCancelled(OrderCancelled.newBuilder()
                                .setReason(cancelled.reason().code()));
                        yield "order.v1.OrderCancelled";
                    }
                    case Order.Placed _, Order.Reserved _ ->
                        throw new IllegalArgumentException("order " + ended.id() + " has not ended");
                };
        outbox.append(new OutgoingEvent(
                Topics.ORDERS, event.getOrderId(), type, event.build().toByteArray()));
    }

    private static OrderConfirmed confirmed(Order.Confirmed order) {
        var confirmed = OrderConfirmed.newBuilder()
                .setCustomerId(order.placement().customer().value())
                .setTotal(money(order.pricing().total()));
        order.pricing().lines().forEach(it -> confirmed
                .addLinesBuilder()
                .setSku(it.sku().value())
                .setQuantity(it.quantity())
                .setUnitPrice(money(it.unitPrice())));
        return confirmed.build();
    }

    private static io.meridian.contracts.common.v1.Money money(Money money) {
        return io.meridian.contracts.common.v1.Money.newBuilder()
                .setAmount(money.amount())
                .setCurrency(money.currency())
                .build();
    }
}
