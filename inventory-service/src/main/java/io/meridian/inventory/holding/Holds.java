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
     * Sets all lines aside for the order, or nothing; and remembers the epoch as {@link #admit} does.
     *
     * @param epoch how often the order had changed hands when whoever asks took it over
     * @param lines each SKU at most once
     */
    Taking take(OrderId order, long epoch, List<Line> lines, Instant now, Instant expiresAt);

    /** Gives the order's hold back for whoever drives the order; and remembers the epoch as {@link #admit} does. */
    Releasing release(OrderId order, long epoch, Instant now);

    /**
     * Whether nobody has asked about the order in a later epoch than this, which is remembered. Epochs of one order are judged one after
     * another, each together with what is done for it: nothing is done in an epoch after anything was done in a later one.
     */
    boolean admit(OrderId order, long epoch);

    /** Moves all pieces of the order's hold, or nothing; changes nothing unless the hold is in a state the move starts from. */
    Moving move(OrderId order, Move move, Instant now);

    Optional<Hold> find(OrderId order);

    /** As {@link #close(OrderId, Instant)}, for whoever drives the order; false as well if a later owner has asked. */
    boolean close(OrderId order, long epoch, Instant now);

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

        /** A later owner of the order has asked before; nothing was changed. */
        record Overtaken() implements Taking {}

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

    /** What became of an attempt to give a hold back on request. */
    enum Releasing {
        RELEASED,
        /** There is no hold, or it is not one that can be released. */
        NOTHING_HELD,
        /** A later owner of the order has asked before; nothing was changed. */
        OVERTAKEN
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
