package io.meridian.payment.model;

/** What is asked of the provider; each at most once per order, under a key of its own. */
public enum Operation {
    AUTHORISE,
    CAPTURE,
    VOID,
    REFUND
}
