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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an event of a neighbour says about an order.
 *
 * @param fact empty for a fact of a later version, which this one has nothing to do with
 */
record Announced(OrderId order, Optional<Fact> fact) {

    static Announced byInventory(IncomingEvent event) {
        try {
            var said = InventoryEvent.parseFrom(event.payload());
            return new Announced(orderId(event, said.getOrderId()), fact(said));
        } catch (InvalidProtocolBufferException broken) {
            throw unreadable(event, broken);
        }
    }

    static Announced byPayment(IncomingEvent event) {
        try {
            var said = PaymentEvent.parseFrom(event.payload());
            return new Announced(orderId(event, said.getOrderId()), fact(said));
        } catch (InvalidProtocolBufferException broken) {
            throw unreadable(event, broken);
        }
    }

    private static Optional<Fact> fact(InventoryEvent event) {
        return switch (event.getFactCase()) {
            case STOCK_COMMITTED -> Optional.of(new Fact.Followed(Step.STOCK_COMMITTED, null));
            case STOCK_RETURNED ->
                Optional.of(new Fact.Followed(
                        Step.STOCK_RETURNED, why(event.getStockReturned().getReason())));
            case STOCK_LOST -> Optional.of(new Fact.StockLost());
            case FACT_NOT_SET -> Optional.empty();
        };
    }

    private static Optional<Fact> fact(PaymentEvent event) {
        return switch (event.getFactCase()) {
            case PAYMENT_CAPTURED -> Optional.of(new Fact.Followed(Step.PAYMENT_CAPTURED, null));
            case PAYMENT_VOIDED -> Optional.of(new Fact.Followed(Step.PAYMENT_VOIDED, null));
            case PAYMENT_REFUNDED -> Optional.of(new Fact.Followed(Step.PAYMENT_REFUNDED, null));
            case CAPTURE_FAILED -> Optional.of(new Fact.CaptureFailed());
            case FACT_NOT_SET -> Optional.empty();
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

    private static UnreadableEventException unreadable(IncomingEvent event, InvalidProtocolBufferException broken) {
        return new UnreadableEventException("event " + event.id() + " is not a " + event.type(), broken);
    }
}
