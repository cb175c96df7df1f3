package io.meridian.inventory.model;

/** How far the stock of one order is on its way. */
public enum HoldStatus {
    /** Set aside, waiting for the order's end. */
    HELD,
    /** Sold. */
    COMMITTED,
    /** Given back on request. */
    RELEASED,
    /** Given back because nobody confirmed in time. */
    EXPIRED,
    /** Given back after it was sold. */
    RETURNED,
    /** Never set aside, and never to be: the order ended before anybody asked. */
    CLOSED
}
