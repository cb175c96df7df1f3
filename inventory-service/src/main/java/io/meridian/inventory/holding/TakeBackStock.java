package io.meridian.inventory.holding;

import io.meridian.inventory.holding.Holds.Moving.Moved;
import io.meridian.inventory.holding.StockNews.Cause;
import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Takes back whatever an order that was rejected or cancelled still has, held or sold, and announces that it has nothing.
 *
 * <p>The announcement is made also when there was nothing to take back: whoever follows the order waits for it. A hold that is
 * still under way is refused from here on. Runs in the caller's transaction.
 */
public final class TakeBackStock {

    private final Holds holds;
    private final StockNews news;
    private final InstantSource clock;

    public TakeBackStock(Holds holds, StockNews news, InstantSource clock) {
        this.holds = holds;
        this.news = news;
        this.clock = clock;
    }

    public Outcome takeBack(OrderId order, Cause cause) {
        var now = clock.instant();
        var outcome = end(order, now);
        news.returned(order, cause, now);
        return outcome;
    }

    private Outcome end(OrderId order, Instant now) {
        var hold = holds.find(order);
        if (hold.isEmpty()) {
            return holds.close(order, now) ? Outcome.CLOSED : end(order, now);
        }
        return switch (hold.get()) {
            case Hold.Over _ -> Outcome.UNCHANGED;
            case Hold.Kept kept -> switch (kept.status()) {
                case COMMITTED -> holds.move(order, Move.RETURN, now) instanceof Moved ? Outcome.RETURNED : end(order, now);
                default -> holds.move(order, Move.RELEASE, now) instanceof Moved ? Outcome.RELEASED : end(order, now);
            };
        };
    }

    /** What the order's end changed. */
    public enum Outcome {
        /** What was held is on hand again. */
        RELEASED,
        /** What was sold is on hand again. */
        RETURNED,
        /** Nothing was set aside, and nothing will be. */
        CLOSED,
        /** It was all back before. */
        UNCHANGED
    }
}
