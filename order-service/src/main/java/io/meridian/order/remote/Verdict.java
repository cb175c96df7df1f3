package io.meridian.order.remote;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.edges.grpc.StaleEpoch;

/**
 * What a call that failed says about the order it was for.
 *
 * <p>{@link #UNAVAILABLE} ends the order at once: whoever was asked is away or refuses to serve us, and asking again soon
 * will not help. {@link #UNKNOWN} leaves it pending: the peer may have done what it was asked, and will tell when asked
 * again. Neither can do harm if it is wrong, because rejecting an order undoes whatever was done for it, and both calls
 * may be repeated; what is at stake is only how long the client waits.
 *
 * <p>{@link #OVERTAKEN} is no verdict on the order at all: a later driver has asked before, and knows better.
 *
 * <table>
 *   <caption>status codes</caption>
 *   <tr><td>UNAVAILABLE, RESOURCE_EXHAUSTED</td><td>away, or too busy</td><td>unavailable</td></tr>
 *   <tr><td>UNIMPLEMENTED, UNAUTHENTICATED, PERMISSION_DENIED, INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE,
 *       NOT_FOUND, ALREADY_EXISTS</td><td>we do not understand each other</td><td>unavailable</td></tr>
 *   <tr><td>DEADLINE_EXCEEDED, CANCELLED</td><td>the time was up, or the client left</td><td>unknown</td></tr>
 *   <tr><td>ABORTED with {@code x-refusal: stale-epoch}</td><td>a later driver has asked</td><td>overtaken</td></tr>
 *   <tr><td>UNKNOWN, INTERNAL, ABORTED, DATA_LOSS</td><td>it failed on the way, nobody knows where</td><td>unknown</td></tr>
 * </table>
 */
enum Verdict {
    OVERTAKEN,
    UNAVAILABLE,
    UNKNOWN;

    static Verdict on(StatusRuntimeException fault) {
        return StaleEpoch.isRefusal(fault) ? OVERTAKEN : on(fault.getStatus().getCode());
    }

    static Verdict on(Status.Code code) {
        return switch (code) {
            case UNAVAILABLE, RESOURCE_EXHAUSTED -> UNAVAILABLE;
            case UNIMPLEMENTED,
                    UNAUTHENTICATED,
                    PERMISSION_DENIED,
                    INVALID_ARGUMENT,
                    FAILED_PRECONDITION,
                    OUT_OF_RANGE,
                    NOT_FOUND,
                    ALREADY_EXISTS -> UNAVAILABLE;
            case DEADLINE_EXCEEDED, CANCELLED -> UNKNOWN;
            case UNKNOWN, INTERNAL, ABORTED, DATA_LOSS -> UNKNOWN;
            case OK -> throw new IllegalArgumentException("a call that went well needs no verdict");
        };
    }
}
