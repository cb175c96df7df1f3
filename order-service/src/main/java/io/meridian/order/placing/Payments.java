package io.meridian.order.placing;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.Money;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Rejection;
import java.time.Duration;

/** Whoever reserves money. Asking again for the same order gives the first answer and never charges twice. */
public interface Payments {

    /** Reserves {@code amount}; waits at most {@code within} for the answer. */
    Answer authorise(OrderId order, Money amount, CardToken card, Duration within);

    /** What came of asking. */
    sealed interface Answer {

        /** The money is reserved. */
        record Authorised() implements Answer {}

        /** No money is reserved; the card's bank, or the provider, says why. */
        record Declined(Rejection reason) implements Answer {}

        /** No money is reserved: the authorisation was given back or ran out before. */
        record Closed() implements Answer {}

        /** Whether money is reserved is not known; asking again will tell. */
        record Unknown() implements Answer {}

        /** Nobody could be asked, or the answer was a failure. */
        record Unavailable() implements Answer {}
    }
}
