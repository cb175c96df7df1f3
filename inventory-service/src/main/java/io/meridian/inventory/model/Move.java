package io.meridian.inventory.model;

import static io.meridian.inventory.model.Place.HELD;
import static io.meridian.inventory.model.Place.ON_HAND;
import static io.meridian.inventory.model.Place.SOLD;

import java.util.EnumSet;
import java.util.Set;

/**
 * The ways an order's pieces may move: in which states of its hold, to which state, and from which place to which.
 *
 * <p>Each move takes as much from one place as it puts into another: stock is conserved by construction. What is not
 * listed here cannot happen; in particular nothing leads out of {@link HoldStatus#RETURNED} and
 * {@link HoldStatus#CLOSED}.
 */
public enum Move {
    /** A new order sets pieces aside. */
    HOLD(EnumSet.noneOf(HoldStatus.class), HoldStatus.HELD, ON_HAND, HELD),
    /** The order was refused, or cancelled before it was confirmed. */
    RELEASE(EnumSet.of(HoldStatus.HELD), HoldStatus.RELEASED, HELD, ON_HAND),
    /** Nobody confirmed the order in time. */
    EXPIRE(EnumSet.of(HoldStatus.HELD), HoldStatus.EXPIRED, HELD, ON_HAND),
    /** The order was confirmed. */
    COMMIT(EnumSet.of(HoldStatus.HELD), HoldStatus.COMMITTED, HELD, SOLD),
    /** The order was confirmed after its hold was given back: take the pieces again, if they are still there. */
    RETAKE(EnumSet.of(HoldStatus.EXPIRED, HoldStatus.RELEASED), HoldStatus.COMMITTED, ON_HAND, SOLD),
    /** The confirmed order was cancelled. */
    RETURN(EnumSet.of(HoldStatus.COMMITTED), HoldStatus.RETURNED, SOLD, ON_HAND);

    private final Set<HoldStatus> from;
    private final HoldStatus to;
    private final Place source;
    private final Place target;

    Move(Set<HoldStatus> from, HoldStatus to, Place source, Place target) {
        this.from = Set.copyOf(from);
        this.to = to;
        this.source = source;
        this.target = target;
    }

    /** The states a hold must be in; empty if there must be no hold yet. */
    public Set<HoldStatus> from() {
        return from;
    }

    public HoldStatus to() {
        return to;
    }

    public Place source() {
        return source;
    }

    /** What one moved piece changes at {@code place}: 1, -1 or 0. */
    public int sign(Place place) {
        return (place == target ? 1 : 0) - (place == source ? 1 : 0);
    }
}
