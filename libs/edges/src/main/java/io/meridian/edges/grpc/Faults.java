package io.meridian.edges.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.meridian.edges.Degraded;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.edges.Refusal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.grpc.server.exception.GrpcExceptionHandler;

/**
 * Turns what a gRPC handler throws into a status that says what the caller may know. A status that the handler made is
 * sent as it is; one that came from a peer by way of a stub, which shows in its cause, keeps its code and loses its
 * words; a {@link ProblemException} becomes the code of its meaning; everything else is {@code INTERNAL} and is logged,
 * here and nowhere else. A service's own handlers go first.
 */
public final class Faults implements GrpcExceptionHandler, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private static final Metadata.Key<String> DEGRADED =
            Metadata.Key.of(Degraded.HEADER, Metadata.ASCII_STRING_MARSHALLER);

    /** Milliseconds, as of gRFC A6. */
    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public StatusException handleException(Throwable thrown) {
        return switch (thrown) {
            case ProblemException refusal ->
                code(refusal.problem()).withDescription(refusal.detail()).asException(trailers(refusal));
            case StatusException status -> told(status.getStatus(), status.getTrailers());
            case StatusRuntimeException status -> told(status.getStatus(), status.getTrailers());
            default -> given(thrown);
        };
    }

    /** The code that means the same as the problem; the table is in {@code order.proto}. */
    public static Status code(Problem problem) {
        return switch (problem) {
            case MALFORMED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, NOT_ACCEPTABLE -> Status.INVALID_ARGUMENT;
            case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
            case FORBIDDEN -> Status.PERMISSION_DENIED;
            case NOT_FOUND -> Status.NOT_FOUND;
            case METHOD_NOT_ALLOWED -> Status.UNIMPLEMENTED;
            case PAYMENT_DECLINED, OUT_OF_STOCK, NOT_CANCELLABLE, ORDER_CANCELLED -> Status.FAILED_PRECONDITION;
            case REQUEST_IN_PROGRESS -> Status.ABORTED;
            case IDEMPOTENCY_KEY_REUSED -> Status.ALREADY_EXISTS;
            case RATE_LIMITED -> Status.RESOURCE_EXHAUSTED;
            case INTERNAL -> Status.INTERNAL;
            case OVERLOADED, DEPENDENCY_UNAVAILABLE -> Status.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
        };
    }

    /** Of its headers, those that say when to repeat it and what is missing. */
    private static Metadata trailers(ProblemException refusal) {
        var trailers = new Metadata();
        var headers = Refusal.of(refusal).headers();
        var missing = headers.get(Degraded.HEADER);
        if (missing != null) {
            trailers.put(DEGRADED, missing);
        }
        var seconds = headers.get("Retry-After");
        if (seconds != null && seconds.matches("[0-9]{1,9}")) {
            trailers.put(PUSHBACK, seconds + "000");
        }
        return trailers;
    }

    private static StatusException told(Status status, @Nullable Metadata trailers) {
        return status.getCause() == null
                ? status.asException(trailers)
                : status.getCode().toStatus().withDescription("a service this needs answered so").asException();
    }

    private static StatusException given(Throwable thrown) {
        if (Context.current().isCancelled()) {
            return Status.CANCELLED.withDescription("the caller no longer waits").asException();
        }
        LOG.atError().setCause(thrown).log("A call failed by a fault of this service");
        return Status.INTERNAL.withDescription("the fault is recorded").asException();
    }
}
