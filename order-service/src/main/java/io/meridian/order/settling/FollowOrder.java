package io.meridian.order.settling;

import io.meridian.order.model.Fact;
import io.meridian.order.model.OrderId;
import io.meridian.order.placing.Orders;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what others announce about an order: records their steps, and takes the order back when a promise could not be kept.
 * Announcements of different origin may come in any order; one that finds the order elsewhere changes nothing.
 */
public final class FollowOrder {

    private static final Logger log = LoggerFactory.getLogger(FollowOrder.class);

    private final Orders orders;
    private final Change change;
    private final InstantSource clock;

    public FollowOrder(Orders orders, InstantSource clock) {
        this.orders = orders;
        this.change = new Change(orders, clock);
        this.clock = clock;
    }

    public void follow(OrderId id, Fact fact) {
        if (fact instanceof Fact.Followed step) {
            if (!orders.note(id, step, clock.instant().truncatedTo(ChronoUnit.MILLIS))) {
                logUnknown(id, fact);
            }
            return;
        }
        switch (change.apply(id, fact)) {
            case Change.Effect.Changed(var order) -> log.atWarn()
                    .addKeyValue("orderId", id)
                    .addKeyValue("status", order.status())
                    .addKeyValue("because", fact.kind())
                    .log("order could not be served");
            case Change.Effect.Unchanged(var order) -> log.atInfo()
                    .addKeyValue("orderId", id)
                    .addKeyValue("status", order.status())
                    .addKeyValue("fact", fact.kind())
                    .log("announcement came too late to change the order");
            case Change.Effect.NoSuchOrder() -> logUnknown(id, fact);
        }
    }

    private static void logUnknown(OrderId id, Fact fact) {
        log.atWarn().addKeyValue("orderId", id).addKeyValue("fact", fact.kind()).log("announcement for an unknown order");
    }
}
