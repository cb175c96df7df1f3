package io.meridian.breaker.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.breaker.shedding.Importance;

/**
 * Asks the {@link Doorkeeper} before a call's handler does anything. A call has arrived when its whole question has: a caller that dawdles
 * takes no place. It keeps its place until the handler is done and the call is closed, whichever is later.
 *
 * <p>What a call is taken for is this server's knowledge ({@link MethodPriorities}); the caller can lower it. The handler's work is
 * {@linkplain Doorkeeper#current() its visit}.
 *
 * <p>A refusal is {@code UNAVAILABLE} with {@code grpc-retry-pushback-ms} (gRFC A6), and {@code DEADLINE_EXCEEDED} if the deadline has
 * passed. Nothing was done for a call that was refused.
 *
 * <p>The thread of the call waits, so threads should be virtual ones. Stands inside of whatever opens the scope of a call, and outside of
 * whatever takes a connection.
 */
public final class SheddingServerInterceptor implements ServerInterceptor {

    private static final Metadata.Key<String> PRIORITY =
            Metadata.Key.of(Importance.PRIORITY_HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> GROUP =
            Metadata.Key.of(Importance.GROUP_HEADER, Metadata.ASCII_STRING_MARSHALLER);

    private final Doorkeeper doorkeeper;
    private final MethodPriorities priorities;

    public SheddingServerInterceptor(Doorkeeper doorkeeper, MethodPriorities priorities) {
        this.doorkeeper = doorkeeper;
        this.priorities = priorities;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var priority = priorities.of(call.getMethodDescriptor());
        if (priority.isEmpty()) {
            return next.startCall(call, headers);
        }
        var importance = Importance.read(priority.get(), headers.get(PRIORITY), headers.get(GROUP));
        var visiting = new VisitingCall<>(call, doorkeeper, importance);
        return visiting.begin(headers, next);
    }
}
