package io.meridian.payment.model;

/** What others are told about the money of an order. */
public sealed interface Fact {

    record Captured(Money amount) implements Fact {}

    /** No money of this order is reserved, and none will be. */
    record Voided() implements Fact {}

    record Refunded(Money amount) implements Fact {}

    /** There was nothing to capture when the confirmation came. */
    record CaptureFailed() implements Fact {}
}
