package io.meridian.inventory.holding;

import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.OrderId;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;

/**
 * Gives an order's hold back on request. Harmless when it is already back, and it never touches what is sold.
 *
 * <p>If there is no hold yet, there never will be: the request to hold is still under way somewhere, and is refused when it
 * arrives. Nothing is announced, because whoever asks knows; the order's own end is announced when it is heard of.
 */
public final class ReleaseStock {

    private final Holds holds;
    private final InstantSource clock;
    private final LongAdder overtaken = new LongAdder();

    public ReleaseStock(Holds holds, InstantSource clock) {
        this.holds = holds;
        this.clock = clock;
    }

    /** @param epoch how often the order had changed hands when whoever asks took it over; 0 if he does not know */
    public Outcome release(OrderId order, long epoch) {
        var now = clock.instant();
        return switch (holds.release(order, epoch, now)) {
            case RELEASED -> Outcome.RELEASED;
            case NOTHING_HELD -> holds.close(order, epoch, now) ? Outcome.CLOSED : unlessItAppeared(order, epoch);
            case OVERTAKEN -> {
                overtaken.increment();
                yield Outcome.OVERTAKEN;
            }
        };
    }

    /** How many requests were refused because a later owner of the order had asked before. */
    public long overtaken() {
        return overtaken.sum();
    }

    /** A hold, or a later owner, can appear between two questions; neither can disappear again. */
    private Outcome unlessItAppeared(OrderId order, long epoch) {
        var status = holds.find(order).map(Hold::status);
        return status.isEmpty() || status.get() == HoldStatus.HELD ? release(order, epoch) : Outcome.UNCHANGED;
    }

    /** What the request changed. */
    public enum Outcome {
        RELEASED,
        /** There was none, and there will be none. */
        CLOSED,
        UNCHANGED,
        /** A later owner of the order has asked before; nothing was done for this one. */
        OVERTAKEN
    }
}
