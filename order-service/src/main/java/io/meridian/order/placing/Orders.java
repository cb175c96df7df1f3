package io.meridian.order.placing;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.CustomerId;
import io.meridian.order.model.Fact;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.StoreUnavailable;
import java.time.Instant;
import java.util.Optional;

/**
 * The journal of all orders. Each method is one transaction of its own or joins the caller's, and throws
 * {@link StoreUnavailable} when the journal cannot be reached.
 */
public interface Orders {

    /**
     * Journals the order if its customer has not used the key before: key, order and first step together, or nothing.
     *
     * @param fingerprint tells the same request from another one
     */
    Claim claim(Order.Placed order, CardToken card, IdempotencyKey key, String fingerprint);

    /** What the customer has used the key for, compared by {@code fingerprint}; empty if it is free. Writes nothing. */
    Optional<Claim.Earlier> earlier(CustomerId customer, IdempotencyKey key, String fingerprint);

    /**
     * Writes the state that follows, and, if it is an end, the step and the event that announce it, all together.
     *
     * @return the new entry; empty if the order has changed or changed hands since {@code last}, and nothing was written
     */
    Optional<Entry> write(Entry last, Order next);

    /**
     * Adds what others did to the order's log, unless it stands there with the same reason: told again after the inbox has forgotten it,
     * it is no news. False if there is no such order.
     */
    boolean note(OrderId id, Fact.Followed step, Instant at);

    Optional<Entry> find(OrderId id);
}
