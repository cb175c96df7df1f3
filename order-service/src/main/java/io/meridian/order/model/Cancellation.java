package io.meridian.order.model;

import java.util.Locale;

/** Why an order was cancelled. */
public enum Cancellation {
    CANCELLED_BY_CUSTOMER,
    /** The hold had expired and the stock was gone when the confirmation reached inventory. */
    STOCK_LOST,
    /** The authorisation was gone when the confirmation reached payment. */
    CAPTURE_FAILED;

    /** The word for it outside, such as {@code stock-lost}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason that {@link #code()} names. */
    public static Cancellation of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
