package io.meridian.payment.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The money of one order at one moment.
 *
 * @param epoch the highest that was asked in: how often the order had changed hands when whoever asked took it over
 * @param version grows by one with every change; a change is written only onto the version it was decided on
 * @param attempts how often someone tried in vain to get out of this state
 * @param dueAt when someone looks after it by himself; null when nothing is left to do
 */
public record Payment(
        OrderId orderId, long epoch, State state, long version, int attempts, Instant updatedAt, @Nullable Instant dueAt) {

    public static Payment first(OrderId orderId, long epoch, State state, Instant at, @Nullable Instant dueAt) {
        return new Payment(orderId, epoch, state, 0, 0, at, dueAt);
    }

    public Payment becomes(State next, Instant at, @Nullable Instant dueAt) {
        return new Payment(orderId, epoch, next, version + 1, 0, at, dueAt);
    }

    /** The same money, asked about by a later owner of the order: what was decided on for an earlier one is not written any more. */
    public Payment askedIn(long later) {
        return new Payment(orderId, later, state, version + 1, attempts, updatedAt, dueAt);
    }
}
