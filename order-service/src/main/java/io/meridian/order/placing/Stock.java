package io.meridian.order.placing;

import io.meridian.order.model.Line;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Pricing;
import io.meridian.order.model.Sku;
import java.time.Duration;
import java.util.List;

/**
 * Whoever sets stock aside. Asking again for the same order gives the first answer.
 *
 * <p>Each question carries the epoch its asker drives the order in ({@link Entry#epoch}). Whoever is asked remembers the highest of each
 * order and does nothing for a lower one: what a driver asks that slept while another took over comes too late to do anything.
 */
public interface Stock {

    /** Sets every line aside or none, and names the prices; waits at most {@code within} for the answer. */
    Answer hold(OrderId order, long epoch, List<Line> lines, Duration within);

    /** Gives back what was held, if it can be told so now: an event that follows guarantees it. Never throws. */
    void release(OrderId order, long epoch, Duration within);

    /** What came of asking. */
    sealed interface Answer {

        /** The lines are set aside, in the order they were asked for. */
        record Held(Pricing pricing) implements Answer {}

        /** Nothing is set aside; of these there is too little. */
        record Shortage(List<Sku> skus) implements Answer {}

        /** Nothing is set aside; the catalogue does not have these. */
        record UnknownSkus(List<Sku> skus) implements Answer {}

        /** Nothing is set aside: the hold was given back or ran out before. */
        record Closed() implements Answer {}

        /** A later driver of the order has asked before; nothing was done for this one. Says nothing about the order. */
        record Overtaken() implements Answer {}

        /**
         * Whether anything is set aside is not known; asking again will tell.
         *
         * @param why for people
         */
        record Unknown(String why) implements Answer {}

        /**
         * Nobody could be asked, or the answer was a failure.
         *
         * @param why for people
         */
        record Unavailable(String why) implements Answer {}
    }
}
