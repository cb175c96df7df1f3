package io.meridian.order.settling;

import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import java.time.Duration;
import java.util.List;

/** All orders that have not ended, for those who look after them: people, alarms, figures. */
public interface Backlog {

    /** @param stuckAfter the age from which an order counts as stuck */
    Figures figures(Duration stuckAfter);

    /** Up to {@code most} unfinished orders that are {@code age} old or older, the oldest first. */
    List<Open> open(Duration age, int most);

    /**
     * Unfinished orders that have become {@code age} old, each of them told once, to whoever asks first; whoever dies before he has
     * passed it on has told nobody.
     */
    List<Open> becameStuck(Duration age);

    /**
     * Takes the order for {@code term}, due or not, unless somebody drives it: whoever drove it before is overtaken. As
     * {@link Unfinished#lease} does, it counts up the order's epoch.
     */
    Taking take(OrderId id, Duration term);

    /**
     * How much there is.
     *
     * @param unfinished all of it
     * @param stuck what of it is too old
     * @param oldest the age of the oldest; zero if there is none
     */
    record Figures(long unfinished, long stuck, Duration oldest) {}

    /**
     * An order that has not ended.
     *
     * @param epoch how often it has changed hands
     * @param attempts how often settling has driven it
     * @param age how long ago it was journalled
     * @param leasedFor for how long at most somebody has it to himself from now; zero if nobody has
     * @param dueIn how long until settling drives it; zero if it is due
     * @param lastFailure why the last attempt did not bring it to its end; empty if there was none
     */
    record Open(
            Order order,
            long epoch,
            int attempts,
            Duration age,
            Duration leasedFor,
            Duration dueIn,
            String lastFailure) {}

    /** What became of an attempt to take an order. */
    sealed interface Taking {

        record Taken(Unfinished.Leased leased) implements Taking {}

        /**
         * Somebody drives it.
         *
         * @param left for how long at most
         */
        record Busy(Duration left) implements Taking {}

        record HasEnded(Order order) implements Taking {}

        record NoSuchOrder() implements Taking {}
    }
}
