package io.meridian.order.events;

import io.meridian.order.model.OrderId;
import io.meridian.order.model.StoreUnavailable;
import io.meridian.order.settling.FollowOrder;
import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.kafka.DependencyDownException;
import io.meridian.outbox.kafka.Events;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Follows what inventory and payment announce; each announcement takes effect once, in whichever order they come. An older one is as good
 * as a newer one here: each is a step of its own in the order's journal, and a failed capture must cancel the order though a void came first.
 */
public final class Listeners {

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final Inbox inbox;
    private final FollowOrder followOrder;

    public Listeners(Inbox inbox, FollowOrder followOrder) {
        this.inbox = inbox;
        this.followOrder = followOrder;
    }

    @KafkaListener(id = "order-inventory", groupId = "order-service", topics = Topics.INVENTORY)
    public void onInventory(ConsumerRecord<String, byte[]> record, Acknowledgment acknowledgment) {
        var event = Events.read(record, "v1");
        follow("order-inventory", event, Announced.byInventory(event));
        acknowledgment.acknowledge();
    }

    @KafkaListener(id = "order-payments", groupId = "order-service", topics = Topics.PAYMENTS)
    public void onPayment(ConsumerRecord<String, byte[]> record, Acknowledgment acknowledgment) {
        var event = Events.read(record, "v1");
        follow("order-payments", event, Announced.byPayment(event));
        acknowledgment.acknowledge();
    }

    private void follow(String consumer, IncomingEvent event, Announced announced) {
        try {
            inbox.once(
                    consumer,
                    event,
                    () -> logged(
                            announced.order(), event, followOrder.follow(announced.order(), announced.fact())));
        } catch (StoreUnavailable fault) {
            throw new DependencyDownException("the database is away", fault);
        }
    }

    /** A cancellation is logged where it is written. */
    private static void logged(OrderId order, IncomingEvent event, FollowOrder.Effect effect) {
        switch (effect) {
            case RECORDED -> log.atInfo()
                    .addKeyValue("orderId", order)
                    .addKeyValue("type", event.type())
                    .log("announcement noted");
            case CANCELLED -> {}
            case TOO_LATE, NO_SUCH_ORDER ->
                log.atWarn()
                        .addKeyValue("orderId", order)
                        .addKeyValue("type", event.type())
                        .addKeyValue("effect", effect)
                        .log("announcement without effect");
        }
    }
}
