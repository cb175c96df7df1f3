package io.meridian.order.model;

/** Where an order stands, as the outside sees it. */
public enum Status {
    PENDING,
    CONFIRMED,
    REJECTED,
    CANCELLED
}
