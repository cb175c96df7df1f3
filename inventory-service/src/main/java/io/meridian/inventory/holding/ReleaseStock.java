package io.meridian.inventory.holding;

import io.meridian.inventory.holding.Holds.Moving.Moved;
import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import java.time.InstantSource;

/**
 * Gives an order's hold back on request. Harmless when it is already back, and it never touches what is sold.
 *
 * <p>If there is no hold yet, there never will be: the request to hold is still under way somewhere, and is refused when it
 * arrives. Nothing is announced, because whoever asks knows; the order's own end is announced when it is heard of.
 */
public final class ReleaseStock {

    private final Holds holds;
    private final InstantSource clock;

    public ReleaseStock(Holds holds, InstantSource clock) {
        this.holds = holds;
        this.clock = clock;
    }

    public Outcome release(OrderId order) {
        var now = clock.instant();
        if (holds.move(order, Move.RELEASE, now) instanceof Moved) {
            return Outcome.RELEASED;
        }
        if (holds.close(order, now)) {
            return Outcome.CLOSED;
        }
        // A hold can appear between the two questions; it cannot disappear again.
        return holds.find(order).map(Hold::status).filter(HoldStatus.HELD::equals).isPresent()
                ? release(order)
                : Outcome.UNCHANGED;
    }

    /** What the request changed. */
    public enum Outcome {
        RELEASED,
        /** There was none, and there will be none. */
        CLOSED,
        UNCHANGED
    }
}
