package io.meridian.breaker.grpc;

import io.grpc.Status;
import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.Outcome;

/**
 * What the status of a call says about the service that was called.
 *
 * <table>
 *   <caption>status codes</caption>
 *   <tr><td>OK; INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, OUT_OF_RANGE, ABORTED, PERMISSION_DENIED,
 *       UNAUTHENTICATED, UNIMPLEMENTED</td><td>it answered, if only what its business is</td><td>succeeded</td></tr>
 *   <tr><td>UNAVAILABLE, INTERNAL, UNKNOWN, DATA_LOSS</td><td>it cannot, or is not there</td><td>failed</td></tr>
 *   <tr><td>RESOURCE_EXHAUSTED</td><td>it sheds</td><td>failed: a client has to send less to a server that sheds, and the throttle does that
 *       in proportion, as from {@code requests} and {@code accepts} in the book on site reliability engineering (chapter 21); taken for an
 *       answer it would make an overloaded server look fast, and let more in</td></tr>
 *   <tr><td>DEADLINE_EXCEEDED</td><td>it takes longer than the call had</td><td>timed out</td></tr>
 *   <tr><td>CANCELLED</td><td>this side ended the call: timed out if its time was over, else ignored. The other side did: failed, because
 *       it gave up what was still wanted</td><td></td></tr>
 *   <tr><td>any that a breaker further in made of its refusal</td><td>nobody was asked</td><td>ignored</td></tr>
 * </table>
 */
final class StatusOutcomes {

    private StatusOutcomes() {}

    /**
     * What became of a call.
     *
     * @param byThisSide whether the call was cancelled here
     * @param isLate whether its deadline has passed
     */
    static Outcome of(Status status, boolean byThisSide, boolean isLate) {
        if (status.getCause() instanceof CallRejectedException) {
            return Outcome.IGNORED;
        }
        return switch (status.getCode()) {
            case OK,
                    INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    FAILED_PRECONDITION,
                    OUT_OF_RANGE,
                    ABORTED,
                    PERMISSION_DENIED,
                    UNAUTHENTICATED,
                    UNIMPLEMENTED -> Outcome.SUCCEEDED;
            case UNAVAILABLE, INTERNAL, UNKNOWN, DATA_LOSS, RESOURCE_EXHAUSTED -> Outcome.FAILED;
            case DEADLINE_EXCEEDED -> Outcome.TIMED_OUT;
            case CANCELLED -> isLate ? Outcome.TIMED_OUT : byThisSide ? Outcome.IGNORED : Outcome.FAILED;
        };
    }
}
