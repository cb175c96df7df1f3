package io.meridian.order.settling;

import io.meridian.order.model.Fact;
import io.meridian.order.model.Lifecycle;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.placing.Orders;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Applies a fact to an order, whoever else changes it at the same time. */
final class Change {

    /** An order changes state three times at most, and a settler takes it over now and then; more losses in a row are a fault. */
    private static final int MOST_ATTEMPTS = 16;

    private final Orders orders;
    private final InstantSource clock;

    Change(Orders orders, InstantSource clock) {
        this.orders = orders;
        this.clock = clock;
    }

    /** What the fact did. */
    sealed interface Effect {

        record Changed(Order order) implements Effect {}

        /** The fact changes nothing in the order's state. */
        record Unchanged(Order order) implements Effect {}

        record NoSuchOrder() implements Effect {}
    }

    Effect apply(OrderId id, Fact fact) {
        for (var attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
            var found = orders.find(id);
            if (found.isEmpty()) {
                return new Effect.NoSuchOrder();
            }
            var entry = found.get();
            var next = Lifecycle.after(entry.order(), fact, clock.instant().truncatedTo(ChronoUnit.MILLIS));
            if (next.isEmpty()) {
                return new Effect.Unchanged(entry.order());
            }
            var written = orders.write(entry, next.get());
            if (written.isPresent()) {
                return new Effect.Changed(written.get().order());
            }
        }
        throw new IllegalStateException(
                "order " + id + " changed under each of " + MOST_ATTEMPTS + " attempts to apply " + fact.kind());
    }
}
