package io.meridian.order.model;

/** The states of an order's life; {@link Lifecycle} says which may follow which. */
public enum State {
    /** Journalled; nothing is known about stock or money. */
    PLACED(Status.PENDING),
    /** Stock is set aside and priced; the money is not known to be reserved. */
    RESERVED(Status.PENDING),
    /** The pivot is behind it: the stock will be sold and the money captured. */
    CONFIRMED(Status.CONFIRMED),
    /** Never confirmed; whatever was reserved is given back. */
    REJECTED(Status.REJECTED),
    /** Taken back by the customer or by a promise that could not be kept; whatever was done is undone. */
    CANCELLED(Status.CANCELLED);

    private final Status status;

    State(Status status) {
        this.status = status;
    }

    public Status status() {
        return status;
    }

    /** Whether the order waits for nobody: its placing has an answer. */
    public boolean hasEnded() {
        return status != Status.PENDING;
    }
}
