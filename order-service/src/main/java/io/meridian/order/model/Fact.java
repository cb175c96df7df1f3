package io.meridian.order.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that became known about an order, from an answer, an event, a customer or a clock. */
public sealed interface Fact {

    /** The kinds of facts: the columns of the table in {@link Lifecycle}. */
    enum Kind {
        HELD,
        AUTHORISED,
        REFUSED,
        CANCEL_ASKED,
        STOCK_LOST,
        CAPTURE_FAILED,
        FOLLOWED
    }

    Kind kind();

    /** Stock is set aside at these prices. */
    record Held(Pricing pricing) implements Fact {
        @Override
        public Kind kind() {
            return Kind.HELD;
        }
    }

    /** The money is reserved. */
    record Authorised() implements Fact {
        @Override
        public Kind kind() {
            return Kind.AUTHORISED;
        }
    }

    /**
     * The order cannot be had, or was waited for long enough.
     *
     * @param skus the products it is about, if it is about products
     */
    record Refused(Rejection reason, List<Sku> skus) implements Fact {

        public Refused {
            skus = List.copyOf(skus);
        }

        public static Refused because(Rejection reason) {
            return new Refused(reason, List.of());
        }

        @Override
        public Kind kind() {
            return Kind.REFUSED;
        }
    }

    /** The customer no longer wants it. */
    record CancelAsked() implements Fact {
        @Override
        public Kind kind() {
            return Kind.CANCEL_ASKED;
        }
    }

    /** The hold had expired and the stock was gone when the confirmation arrived. */
    record StockLost() implements Fact {
        @Override
        public Kind kind() {
            return Kind.STOCK_LOST;
        }
    }

    /** The authorisation was gone when the confirmation arrived. */
    record CaptureFailed() implements Fact {
        @Override
        public Kind kind() {
            return Kind.CAPTURE_FAILED;
        }
    }

    /**
     * Others followed the order's state: a step worth recording that changes nothing here.
     *
     * @param reason why they did; null if the step says it all
     */
    record Followed(Step step, @Nullable String reason) implements Fact {

        public Followed {
            if (step.isStatus()) {
                throw new IllegalArgumentException("others do not set the order's status, was " + step);
            }
        }

        @Override
        public Kind kind() {
            return Kind.FOLLOWED;
        }
    }
}
