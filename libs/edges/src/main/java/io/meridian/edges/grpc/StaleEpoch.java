package io.meridian.edges.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * How a service says over gRPC that it has heard of a later owner of what it is asked about, and so does nothing for this one.
 *
 * <p>The code is {@code ABORTED}, of which grpc-java's {@code Status.Code} says that it is for the failure of a sequencer check, with
 * the trailer {@value #TRAILER}: {@value #REASON}. It is a status and not an answer of the contract, because a caller that does
 * not know of epochs reads it as "not known, ask again later", which does no harm; an answer it did not know it would take for a failure.
 */
public final class StaleEpoch {

    public static final String TRAILER = "x-refusal";
    public static final String REASON = "stale-epoch";

    private static final Metadata.Key<String> KEY = Metadata.Key.of(TRAILER, Metadata.ASCII_STRING_MARSHALLER);

    private StaleEpoch() {}

    /**
     * The status to end the call with.
     *
     * @param what is asked about, such as {@code order 42}
     * @param epoch that the request came with
     */
    public static StatusRuntimeException refusal(String what, long epoch) {
        var trailers = new Metadata();
        trailers.put(KEY, REASON);
        return Status.ABORTED
                .withDescription(what + " is driven in a later epoch than " + epoch)
                .asRuntimeException(trailers);
    }

    /** Whether a call failed because of this, and of nothing else. */
    public static boolean isRefusal(StatusRuntimeException failed) {
        var trailers = failed.getTrailers();
        return failed.getStatus().getCode() == Status.Code.ABORTED
                && trailers != null
                && REASON.equals(trailers.get(KEY));
    }
}
