package io.meridian.order.model;

/** The database could not be asked, or its answer did not arrive: what was being written may or may not be there. */
public final class StoreUnavailable extends RuntimeException {

    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
