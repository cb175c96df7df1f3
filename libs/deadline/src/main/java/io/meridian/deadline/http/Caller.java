package io.meridian.deadline.http;

import io.meridian.deadline.DeadlineScope;

/**
 * Who waits for the answer to a request, as the server knows it: the server that can tell sets one as the request's attribute
 * {@link #ATTRIBUTE}.
 */
public interface Caller {

    /** The attribute of the request. */
    String ATTRIBUTE = "io.meridian.deadline.http.Caller";

    /** When the first byte of the request was seen, as {@link System#nanoTime()} read then. */
    long arrivedNanos();

    /** Has {@code scope} cancelled if the caller goes away before it is answered. To be called once. */
    void awaits(DeadlineScope scope);
}
