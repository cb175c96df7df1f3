package io.meridian.payment.authorising;

import io.meridian.payment.model.Fact;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The payments as they are written down, with their journal. Each writing method is one short transaction, or part of the
 * caller's if it has one.
 */
public interface Payments {

    Optional<Payment> find(OrderId orderId);

    /**
     * Writes the first state of an order's payment, with the intent it stands for.
     *
     * @return whether it was the first; of many at once, exactly one is
     */
    boolean open(Payment first);

    /**
     * Writes a change, its journal entries, and what others are told about it.
     *
     * @throws Overtaken if the payment is not any more what the change was decided on; nothing is written
     */
    void write(Transition transition);

    /**
     * Remembers that a later owner of the order asks, and changes nothing else.
     *
     * @return the payment as it is from now on
     * @throws Overtaken if the payment is not any more what was seen
     */
    Payment raise(Payment seen, long epoch);

    /** Tells others something that no change goes with. */
    void announce(OrderId orderId, Fact fact, Instant at);

    /** Counts one attempt in vain and names the time of the next; does nothing if the payment has changed meanwhile. */
    void postpone(Payment payment, Instant dueAt);

    /** The payment as soon as it differs from the one seen, or as it is when the time is up. */
    Payment awaitChange(Payment seen, Duration atMost);

    /** Payments that are due, longest overdue first; until {@code leasedUntil} nobody else is given them. */
    List<Payment> claimDue(Instant now, Instant leasedUntil, int atMost);

    /** Someone else changed the payment first; read it again and decide again. */
    final class Overtaken extends RuntimeException {

        public Overtaken(OrderId orderId, long version) {
            super("The payment of order " + orderId + " is not at version " + version + " any more");
        }
    }
}
