package io.meridian.order.model;

/** What the log of an order's life records, in the order it happened. */
public enum Step {
    PENDING,
    CONFIRMED,
    REJECTED,
    CANCELLED,
    STOCK_COMMITTED,
    STOCK_RETURNED,
    PAYMENT_CAPTURED,
    PAYMENT_VOIDED,
    PAYMENT_REFUNDED;

    /** Whether it is a status of the order, and not something that others did for it. */
    public boolean isStatus() {
        return ordinal() <= CANCELLED.ordinal();
    }

    public static Step of(Status status) {
        return valueOf(status.name());
    }
}
