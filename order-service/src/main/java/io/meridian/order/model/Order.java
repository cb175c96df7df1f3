package io.meridian.order.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An order in one of the states it can be in; a state carries exactly what is known in it. */
public sealed interface Order {

    Placement placement();

    State state();

    /** When it came into this state. */
    Instant at();

    /** The prices, once a hold has named them; null before. */
    @Nullable Pricing pricing();

    default OrderId id() {
        return placement().id();
    }

    default Status status() {
        return state().status();
    }

    /** Journalled: the intent is on disk before anybody is asked. */
    record Placed(Placement placement) implements Order {

        @Override
        public State state() {
            return State.PLACED;
        }

        @Override
        public Instant at() {
            return placement.createdAt();
        }

        @Override
        public @Nullable Pricing pricing() {
            return null;
        }
    }

    /** Stock is set aside for it, at known prices. */
    record Reserved(Placement placement, Pricing pricing, Instant at) implements Order {

        public Reserved {
            if (!pricing.fits(placement)) {
                throw new IllegalArgumentException(
                        "prices must be for the lines of the order, " + placement.lines() + ", were " + pricing.lines());
            }
        }

        @Override
        public State state() {
            return State.RESERVED;
        }
    }

    /** Stock and money were reserved, and now it counts. */
    record Confirmed(Placement placement, Pricing pricing, Instant at) implements Order {

        @Override
        public State state() {
            return State.CONFIRMED;
        }
    }

    /** Refused before it was confirmed. */
    record Rejected(Placement placement, @Nullable Pricing pricing, Rejection reason, List<Sku> skus, Instant at)
            implements Order {

        public Rejected {
            skus = List.copyOf(skus);
        }

        @Override
        public State state() {
            return State.REJECTED;
        }
    }

    /**
     * Taken back.
     *
     * @param confirmedAt when it had been confirmed; null if it never was
     */
    record Cancelled(
            Placement placement,
            @Nullable Pricing pricing,
            Cancellation reason,
            @Nullable Instant confirmedAt,
            Instant at)
            implements Order {

        /** The order as it was confirmed, before it was taken back; empty if it never was. */
        public Optional<Confirmed> asConfirmed() {
            return confirmedAt == null || pricing == null
                    ? Optional.empty()
                    : Optional.of(new Confirmed(placement, pricing, confirmedAt));
        }

        @Override
        public State state() {
            return State.CANCELLED;
        }
    }
}
