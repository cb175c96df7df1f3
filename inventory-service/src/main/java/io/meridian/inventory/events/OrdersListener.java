package io.meridian.inventory.events;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meridian.contracts.order.v1.OrderConfirmed;
import io.meridian.contracts.order.v1.OrderEvent;
import io.meridian.inventory.holding.SellStock;
import io.meridian.inventory.holding.StockNews.Cause;
import io.meridian.inventory.holding.TakeBackStock;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.kafka.Events;
import io.meridian.outbox.kafka.UnreadableEventException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/**
 * Hears how orders end: a confirmed one gets what was set aside for it, a rejected or cancelled one gives it back. Each event
 * has its effect once, together with what is announced about it, and none after a newer one about the same order: what a cancelled
 * order once was no longer matters to its stock.
 */
@Component
public final class OrdersListener {

    private static final Logger log = LoggerFactory.getLogger(OrdersListener.class);

    /** Names this consumer in the inbox: with another name every event would be news again. */
    private static final String CONSUMER = "inventory-orders";

    private final Inbox inbox;
    private final SellStock sellStock;
    private final TakeBackStock takeBackStock;

    public OrdersListener(Inbox inbox, SellStock sellStock, TakeBackStock takeBackStock) {
        this.inbox = inbox;
        this.sellStock = sellStock;
        this.takeBackStock = takeBackStock;
    }

    @KafkaListener(id = CONSUMER, groupId = "inventory-service", topics = Topics.ORDERS)
    public void on(ConsumerRecord<String, byte[]> record, Acknowledgment acknowledgment) {
        var envelope = Events.read(record, "v1");
        var event = parse(envelope);
        var order = orderId(envelope, event);
        var decision = new AtomicReference<>("nothing");
        switch (inbox.newest(CONSUMER, envelope, () -> decision.set(apply(envelope, order, event)))) {
            case APPLIED, PARKED -> {}
            case DUPLICATE -> decision.set("event heard before, left out");
            case STALE -> decision.set("event older than one that was heard, left out");
        }
        log.atInfo()
                .addKeyValue("orderId", order)
                .addKeyValue("eventId", envelope.id())
                .addKeyValue("eventType", envelope.type())
                .log(decision.get());
        acknowledgment.acknowledge();
    }

    /** Does what the event asks for, and says what that was. */
    private String apply(IncomingEvent envelope, OrderId order, OrderEvent event) {
        return switch (event.getFactCase()) {
            case ORDER_CONFIRMED -> switch (sellStock.sell(order, lines(envelope, event.getOrderConfirmed()))) {
                case SellStock.Sold(var again) -> again ? "stock committed, taken again" : "stock committed";
                case SellStock.Lost(var skus) -> "stock lost: " + skus;
                case SellStock.Unchanged _ -> "stock committed before";
            };
            case ORDER_REJECTED -> takeBack(order, Cause.REJECTED);
            case ORDER_CANCELLED -> takeBack(order, Cause.CANCELLED);
            // A later release of the order service may say more than this one understands: it is kept for one that does.
            case FACT_NOT_SET ->
                throw UnreadableEventException.unknownType("event " + envelope.id() + " of type " + envelope.type()
                        + " says nothing that this release knows");
        };
    }

    private String takeBack(OrderId order, Cause cause) {
        return switch (takeBackStock.takeBack(order, cause)) {
            case RELEASED -> "stock released";
            case RETURNED -> "stock returned";
            case CLOSED -> "hold closed before it was asked for";
            case UNCHANGED -> "stock was back already";
        };
    }

    private static OrderEvent parse(IncomingEvent envelope) {
        try {
            return OrderEvent.parseFrom(envelope.payload());
        } catch (InvalidProtocolBufferException e) {
            throw new UnreadableEventException("event " + envelope.id() + ": expected an order.v1.OrderEvent", e);
        }
    }

    private static OrderId orderId(IncomingEvent envelope, OrderEvent event) {
        if (!event.getOrderId().equals(envelope.key())) {
            throw new UnreadableEventException("event %s: expected the order id to be its key, found \"%s\" and \"%s\""
                    .formatted(envelope.id(), event.getOrderId(), envelope.key()));
        }
        try {
            return OrderId.of(event.getOrderId());
        } catch (IllegalArgumentException e) {
            throw new UnreadableEventException("event " + envelope.id() + ": expected a UUID as order id", e);
        }
    }

    private static List<Line> lines(IncomingEvent envelope, OrderConfirmed confirmed) {
        try {
            return confirmed.getLinesList().stream()
                    .map(line -> new Line(new Sku(line.getSku()), line.getQuantity()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new UnreadableEventException("event " + envelope.id() + ": expected lines of the catalogue", e);
        }
    }
}
