package io.meridian.order.settling;

import io.meridian.order.model.Fact;
import io.meridian.order.model.OrderId;
import io.meridian.order.placing.Orders;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * Follows what others announce about an order: records their steps, and takes the order back when a promise could not be kept.
 * Announcements of different origin may come in any order; one that finds the order elsewhere changes nothing.
 */
public final class FollowOrder {

    private final Orders orders;
    private final Change change;
    private final InstantSource clock;

    public FollowOrder(Orders orders, InstantSource clock) {
        this.orders = orders;
        this.change = new Change(orders, clock);
        this.clock = clock;
    }

    /** What an announcement did here. */
    public enum Effect {
        RECORDED,
        /** The order was taken back. */
        CANCELLED,
        /** The order had gone elsewhere before. */
        TOO_LATE,
        NO_SUCH_ORDER
    }

    public Effect follow(OrderId id, Fact fact) {
        if (fact instanceof Fact.Followed step) {
            var noted = orders.note(id, step, clock.instant().truncatedTo(ChronoUnit.MILLIS));
            return noted ? Effect.RECORDED : Effect.NO_SUCH_ORDER;
        }
        return switch (change.apply(id, fact)) {
            case Change.Effect.Changed _ -> Effect.CANCELLED;
            case Change.Effect.Unchanged _ -> Effect.TOO_LATE;
            case Change.Effect.NoSuchOrder _ -> Effect.NO_SUCH_ORDER;
        };
    }
}
