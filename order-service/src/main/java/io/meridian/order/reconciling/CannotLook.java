package io.meridian.order.reconciling;

/** Somebody's entries cannot be had, so nothing can be said about what differs. */
public final class CannotLook extends RuntimeException {

    public CannotLook(String what, Throwable cause) {
        super(what, cause);
    }
}
