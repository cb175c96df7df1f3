package io.meridian.local.oracle;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What clients did and what they were answered, in the order in which the calls began. A call that was never answered is part of it:
 * it may or may not have had its effect.
 */
public record History(List<Call> calls) {

    static final History EMPTY = new History(List.of());

    public History {
        calls = List.copyOf(calls);
    }

    /** What a client can ask for. */
    public enum Kind {
        PLACE,
        CANCEL,
        READ
    }

    /**
     * One call.
     *
     * @param customer who called; with the key it names the request
     * @param key the idempotency key; empty for calls that have none
     * @param began before the request was sent
     * @param ended after the answer was read, or when it was given up
     * @param status the HTTP status, or what would be one; 0 if no answer came
     * @param problem the last part of the problem's type, such as {@code out-of-stock}; empty if the answer is no problem
     * @param order the order that was named by the request or by the answer; null if neither did
     * @param state the order's state in the answer; null if the answer has none
     */
    public record Call(
            Kind kind,
            String customer,
            String key,
            Instant began,
            Instant ended,
            int status,
            String problem,
            @Nullable UUID order,
            Evidence.@Nullable OrderStatus state) {

        /** Refusals that are the outcome of the order: asked again under the same key, it is the same. */
        private static final Set<String> OUTCOMES = Set.of("out-of-stock", "payment-declined", "order-cancelled");

        /** Whether the client was told that it worked. */
        public boolean isAcknowledged() {
            return status >= 200 && status < 300;
        }

        /** Whether the answer says how the placing ended, so that every repetition must say the same. */
        boolean isDecided() {
            return isAcknowledged() || OUTCOMES.contains(problem);
        }
    }
}
