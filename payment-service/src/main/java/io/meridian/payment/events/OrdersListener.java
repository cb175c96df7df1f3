package io.meridian.payment.events;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meridian.contracts.order.v1.OrderConfirmed;
import io.meridian.contracts.order.v1.OrderEvent;
import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.Outcome;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.kafka.DependencyDownException;
import io.meridian.outbox.kafka.Events;
import io.meridian.outbox.kafka.UnreadableEventException;
import io.meridian.payment.authorising.Capture;
import io.meridian.payment.authorising.Ending;
import io.meridian.payment.authorising.Undo;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.OrderId;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/**
 * Hears how orders end: the money of a confirmed one is taken, that of a rejected or cancelled one is given back.
 *
 * <p>The provider is asked before the event is marked as seen, because a call has no place inside a transaction: it would hold
 * a connection and row locks for as long as the provider likes, and a rollback would not take back what the provider did. So the
 * order is: the intent is written (a transaction of its own), the provider is asked under the order's key, and then the inbox
 * row, the outcome and what is announced are one transaction. A crash or a redelivery anywhere in between finds the intent and
 * asks what became of it, and the provider does each key once; the inbox sees to it that nothing is announced twice.
 *
 * <p>An event that is older than one heard about the same order has no effect: once an order is cancelled, that it was confirmed
 * before takes no money any more.
 *
 * <p>When the provider does not answer, the event is marked as seen all the same: the intent is on record and is finished by
 * {@link io.meridian.payment.authorising.FinishOverdue}, while the partition goes on.
 */
@Component
public final class OrdersListener {

    /** Names this consumer in the inbox: with another name every event would be news again. */
    private static final String CONSUMER = "payment-orders";

    private final Inbox inbox;
    private final Capture capture;
    private final Undo undo;

    public OrdersListener(Inbox inbox, Capture capture, Undo undo) {
        this.inbox = inbox;
        this.capture = capture;
        this.undo = undo;
    }

    @KafkaListener(id = CONSUMER, groupId = "payment-service", topics = Topics.ORDERS)
    public void on(ConsumerRecord<String, byte[]> record, Acknowledgment acknowledgment) {
        var envelope = Events.read(record, "v1");
        var event = parse(envelope);
        var orderId = orderId(envelope, event);
        Ending onceWithTheEvent = write -> inbox.newest(CONSUMER, envelope, write) == Outcome.APPLIED;
        if (inbox.isStale(CONSUMER, envelope)) {
            var _ = onceWithTheEvent.with(() -> {}); // nothing is asked of the provider for it
        } else {
            settle(envelope, event, orderId, onceWithTheEvent);
        }
        acknowledgment.acknowledge();
    }

    private void settle(IncomingEvent envelope, OrderEvent event, OrderId orderId, Ending onceWithTheEvent) {
        switch (event.getFactCase()) {
            case ORDER_CONFIRMED ->
                capture(orderId, total(envelope, event.getOrderConfirmed()), onceWithTheEvent);
            case ORDER_REJECTED -> undo.undo(orderId, Undo.Cause.REJECTED, onceWithTheEvent);
            case ORDER_CANCELLED -> undo.undo(orderId, Undo.Cause.CANCELLED, onceWithTheEvent);
            // A later release of the order service may say more than this one understands: it is kept for one that does.
            case FACT_NOT_SET ->
                throw UnreadableEventException.unknownType("event " + envelope.id() + " of type " + envelope.type()
                        + " says nothing that this release knows");
        }
    }

    private void capture(OrderId orderId, Money total, Ending ending) {
        try {
            capture.capture(orderId, total, ending);
        } catch (Capture.StillUnknown e) {
            throw new DependencyDownException("whether order " + orderId + " has money reserved is not known yet", e);
        }
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
            return OrderId.parse(event.getOrderId());
        } catch (IllegalArgumentException e) {
            throw new UnreadableEventException("event " + envelope.id() + ": expected a UUID as order id", e);
        }
    }

    private static Money total(IncomingEvent envelope, OrderConfirmed confirmed) {
        try {
            return new Money(
                    confirmed.getTotal().getAmount(), confirmed.getTotal().getCurrency());
        } catch (IllegalArgumentException e) {
            throw new UnreadableEventException("event " + envelope.id() + ": expected an amount of money as total", e);
        }
    }
}
