package io.meridian.order.model;

import java.util.Locale;

/** Why an order was rejected before it was ever confirmed. */
public enum Rejection {
    OUT_OF_STOCK,
    UNKNOWN_SKU,
    CARD_DECLINED,
    INSUFFICIENT_FUNDS,
    UNKNOWN_CARD,
    /** Inventory or payment could not be reached, or said that it failed. */
    DEPENDENCY_UNAVAILABLE,
    /** The stock was no longer surely set aside when the order could have been confirmed. */
    HOLD_EXPIRED,
    /** The authorisation had been given back before it was asked for. */
    AUTHORISATION_CLOSED,
    /** Inventory did not answer for longer than an order waits. */
    STOCK_UNKNOWN_TOO_LONG,
    /** What became of the payment stayed unknown for longer than an order waits. */
    PAYMENT_UNKNOWN_TOO_LONG,
    /** It did not end by itself, and whoever looks after the platform ended it. */
    GIVEN_UP;

    /** The word for it outside, such as {@code out-of-stock}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason that {@link #code()} names. */
    public static Rejection of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
