package io.meridian.payment.model;

/** The state of a payment as outsiders see it. */
public enum Status {
    AUTHORISED,
    CAPTURED,
    VOIDED,
    REFUNDED,
    DECLINED,
    UNKNOWN
}
