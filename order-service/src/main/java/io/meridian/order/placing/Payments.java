package io.meridian.order.placing;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.Money;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Rejection;
import java.time.Duration;

/**
 * Whoever reserves money. Asking again for the same order gives the first answer and never charges twice. Each question carries the
 * asker's epoch, as {@link Stock} says.
 */
public interface Payments {

    /** Reserves {@code amount}; waits at most {@code within} for the answer. */
    Answer authorise(OrderId order, long epoch, Money amount, CardToken card, Duration within);

    /** What came of asking. */
    sealed interface Answer {

        /** The money is reserved. */
        record Authorised() implements Answer {}

        /** No money is reserved; the card's bank, or the provider, says why. */
        record Declined(Rejection reason) implements Answer {}

        /** No money is reserved: the authorisation was given back or ran out before. */
        record Closed() implements Answer {}

        /** A later driver of the order has asked before; nothing was done for this one. Says nothing about the order. */
        record Overtaken() implements Answer {}

        /**
         * Whether money is reserved is not known; asking again will tell.
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
