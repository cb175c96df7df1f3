package io.meridian.edges.grpc;

import io.grpc.Context;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.edges.faults.Crossing;
import io.meridian.edges.faults.FaultBoard;
import io.meridian.edges.faults.FaultTargets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls that come in be struck by the faults that are set on them, as {@code payment.authorise}: the first word of the package
 * and the method, in lower case. A call is struck once its question is complete, on the thread of its handler, and occupies its worker
 * until the handler has returned. It is not held up longer than its caller waits. gRPC's own services, of which health is one, are never struck.
 *
 * <p>Stands inside of what measures and bounds calls, so that both see what a fault does.
 */
public final class FaultInterceptor implements ServerInterceptor {

    private static final String OWN = "grpc.";

    private final FaultBoard board;

    public FaultInterceptor(FaultBoard board) {
        this.board = board;
    }

    /** The methods of these services. */
    public static FaultTargets targets(List<ServerServiceDefinition> services) {
        return () -> {
            Map<String, String> targets = new TreeMap<>();
            for (var service : services) {
                for (var method : service.getMethods()) {
                    var target = target(method.getMethodDescriptor());
                    if (target != null) {
                        targets.put(target, "gRPC " + method.getMethodDescriptor().getFullMethodName());
                    }
                }
            }
            return targets;
        };
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var handler = next.startCall(call, headers);
        if (board.isQuiet()) {
            return handler;
        }
        var target = target(call.getMethodDescriptor());
        return target == null ? handler : new Struck<>(handler, target);
    }

    /** Null for gRPC's own. */
    private static @Nullable String target(MethodDescriptor<?, ?> method) {
        return method.getFullMethodName().startsWith(OWN)
                ? null
                : HopTimer.name(method).toLowerCase(Locale.ROOT);
    }

    private final class Struck<Q> extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {

        private final String target;

        Struck(ServerCall.Listener<Q> handler, String target) {
            super(handler);
            this.target = target;
        }

        @Override
        public void onHalfClose() {
            try (var crossing = board.cross(target)) {
                await(crossing);
                super.onHalfClose();
            }
        }
    }

    private static void await(Crossing crossing) {
        if (crossing.isFree()) {
            return;
        }
        var context = Context.current();
        Context.CancellationListener callerLeft = _ -> crossing.giveUp();
        context.addListener(callerLeft, Runnable::run);
        try {
            crossing.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw notWanted(context);
        } catch (CancellationException _) {
            throw notWanted(context);
        } finally {
            context.removeListener(callerLeft);
        }
    }

    private static StatusRuntimeException notWanted(Context context) {
        return context.cancellationCause() instanceof TimeoutException
                ? Status.DEADLINE_EXCEEDED
                        .withDescription("the deadline passed while a fault held the call up")
                        .asRuntimeException()
                : Status.CANCELLED
                        .withDescription("nobody waits for the call that a fault held up")
                        .asRuntimeException();
    }
}
