package io.meridian.payment.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The money of one order at one moment.
 *
 * @param version grows by one with every change; a change is written only onto the version it was decided on
 * @param attempts how often someone tried in vain to get out of this state
 * @param dueAt when someone looks after it by himself; null when nothing is left to do
 */
public record Payment(
        OrderId orderId, State state, long version, int attempts, Instant updatedAt, @Nullable Instant dueAt) {

    public static Payment first(OrderId orderId, State state, Instant at, @Nullable Instant dueAt) {
        return new Payment(orderId, state, 0, 0, at, dueAt);
    }

    public Payment becomes(State next, Instant at, @Nullable Instant dueAt) {
        return new Payment(orderId, next, version + 1, 0, at, dueAt);
    }
}
