package io.meridian.inventory.holding;

import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.PricedLine;
import io.meridian.inventory.model.Sku;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The ledger of what is set aside for whom.
 *
 * <p>Each method is all or nothing and joins the caller's transaction if there is one. However many ask at once: no stock
 * becomes negative, one order gets one hold, and nobody waits for a cycle of others.
 */
public interface Holds {

    /**
     * Sets all lines aside for the order, or nothing.
     *
     * @param lines each SKU at most once
     */
    Taking take(OrderId order, List<Line> lines, Instant now, Instant expiresAt);

    /** Moves all pieces of the order's hold, or nothing; changes nothing unless the hold is in a state the move starts from. */
    Moving move(OrderId order, Move move, Instant now);

    Optional<Hold> find(OrderId order);

    /** Notes that this order will never hold anything; false if a hold, or such a note, was there before. */
    boolean close(OrderId order, Instant now);

    /** Orders whose hold should have ended by now, the longest overdue first; those that others are just ending are left out. */
    List<OrderId> overdue(Instant now, int limit);

    /** What became of an attempt to set stock aside. */
    sealed interface Taking {

        record Taken(List<PricedLine> lines) implements Taking {

            public Taken {
                lines = List.copyOf(lines);
            }
        }

        /** The order has a hold, or had one, or was closed; nothing was changed. */
        record AlreadyKnown() implements Taking {}

        /** These have too little on hand. */
        record Short(List<Sku> skus) implements Taking {

            public Short {
                skus = List.copyOf(skus);
            }
        }

        /** These are not in the catalogue; whether others are short was not asked. */
        record Unknown(List<Sku> skus) implements Taking {

            public Unknown {
                skus = List.copyOf(skus);
            }
        }
    }

    /** What became of an attempt to move what was set aside. */
    sealed interface Moving {

        record Moved() implements Moving {}

        /** These have too little where the move takes them from. */
        record Short(List<Sku> skus) implements Moving {

            public Short {
                skus = List.copyOf(skus);
            }
        }

        /** There is no hold, or it is in a state that the move does not start from. */
        record NotPossible() implements Moving {}
    }
}
