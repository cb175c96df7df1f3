package io.meridian.inventory.holding;

import io.meridian.inventory.holding.Holds.Moving.Moved;
import io.meridian.inventory.holding.StockNews.Cause;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import java.time.InstantSource;
import java.util.List;

/**
 * Ends the holds that nobody confirmed in time, and announces each.
 *
 * <p>One order is one transaction: an order that cannot be ended keeps no other from its end. Any number of instances may do
 * this at once; each hold ends once.
 */
public final class ExpireHolds {

    private final Holds holds;
    private final StockNews news;
    private final Atomically atomically;
    private final InstantSource clock;

    public ExpireHolds(Holds holds, StockNews news, Atomically atomically, InstantSource clock) {
        this.holds = holds;
        this.news = news;
        this.atomically = atomically;
        this.clock = clock;
    }

    /** At most {@code limit} orders whose time is over, the longest overdue first. */
    public List<OrderId> overdue(int limit) {
        return holds.overdue(clock.instant(), limit);
    }

    /** Ends one of the {@link #overdue}; false if somebody else ended it first, one way or another. */
    public boolean expire(OrderId order) {
        return atomically.run(() -> {
            var now = clock.instant();
            if (!(holds.move(order, Move.EXPIRE, now) instanceof Moved)) {
                return false;
            }
            news.returned(order, Cause.EXPIRED, now);
            return true;
        });
    }
}
