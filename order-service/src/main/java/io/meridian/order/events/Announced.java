package io.meridian.order.events;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meridian.contracts.inventory.v1.InventoryEvent;
import io.meridian.contracts.inventory.v1.StockReturned;
import io.meridian.contracts.payment.v1.PaymentEvent;
import io.meridian.order.model.Fact;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Step;
import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.kafka.UnreadableEventException;
import org.jspecify.annotations.Nullable;

/** What an event of a neighbour says about an order. One that says something this release does not know is put aside. */
record Announced(OrderId order, Fact fact) {

    static Announced byInventory(IncomingEvent event) {
        try {
            var said = InventoryEvent.parseFrom(event.payload());
            return new Announced(orderId(event, said.getOrderId()), fact(event, said));
        } catch (InvalidProtocolBufferException broken) {
            throw unreadable(event, broken);
        }
    }

    static Announced byPayment(IncomingEvent event) {
        try {
            var said = PaymentEvent.parseFrom(event.payload());
            return new Announced(orderId(event, said.getOrderId()), fact(event, said));
        } catch (InvalidProtocolBufferException broken) {
            throw unreadable(event, broken);
        }
    }

    private static Fact fact(IncomingEvent event, InventoryEvent said) {
        return switch (said.getFactCase()) {
            case STOCK_COMMITTED -> new Fact.Followed(Step.STOCK_COMMITTED, null);
            case STOCK_RETURNED ->
                new Fact.Followed(Step.STOCK_RETURNED, why(said.getStockReturned().getReason()));
            case STOCK_LOST -> new Fact.StockLost();
            case FACT_NOT_SET -> throw unknown(event);
        };
    }

    private static Fact fact(IncomingEvent event, PaymentEvent said) {
        return switch (said.getFactCase()) {
            case PAYMENT_CAPTURED -> new Fact.Followed(Step.PAYMENT_CAPTURED, null);
            case PAYMENT_VOIDED -> new Fact.Followed(Step.PAYMENT_VOIDED, null);
            case PAYMENT_REFUNDED -> new Fact.Followed(Step.PAYMENT_REFUNDED, null);
            case CAPTURE_FAILED -> new Fact.CaptureFailed();
            case FACT_NOT_SET -> throw unknown(event);
        };
    }

    private static @Nullable String why(StockReturned.Reason reason) {
        return switch (reason) {
            case REASON_REJECTED -> "rejected";
            case REASON_CANCELLED -> "cancelled";
            case REASON_EXPIRED -> "expired";
            case REASON_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    private static OrderId orderId(IncomingEvent event, String text) {
        return OrderId.parse(text)
                .orElseThrow(() -> new UnreadableEventException(
                        "event " + event.id() + " of type " + event.type() + " must name an order by its UUID"));
    }

    private static UnreadableEventException unknown(IncomingEvent event) {
        return UnreadableEventException.unknownType(
                "event " + event.id() + " of type " + event.type() + " says nothing that this release knows");
    }

    private static UnreadableEventException unreadable(IncomingEvent event, InvalidProtocolBufferException broken) {
        return new UnreadableEventException("event " + event.id() + " is not a " + event.type(), broken);
    }
}
