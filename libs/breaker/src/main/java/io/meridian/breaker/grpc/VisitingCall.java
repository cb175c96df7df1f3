package io.meridian.breaker.grpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.Context;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.breaker.shedding.Importance;
import io.meridian.breaker.shedding.Refusal;
import io.meridian.breaker.shedding.Visit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One call of one question at the door, as its handler sees it. */
final class VisitingCall<Q, A> extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {

    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private final Doorkeeper doorkeeper;
    private final Importance importance;

    private volatile @Nullable Visit visit;
    private volatile boolean working;
    private volatile boolean closed;

    VisitingCall(ServerCall<Q, A> call, Doorkeeper doorkeeper, Importance importance) {
        super(call);
        this.doorkeeper = doorkeeper;
        this.importance = importance;
    }

    ServerCall.Listener<Q> begin(Metadata headers, ServerCallHandler<Q, A> next) {
        return new Parts(next.startCall(this, headers));
    }

    @Override
    public void close(Status status, Metadata trailers) {
        try {
            super.close(status, trailers);
        } finally {
            over();
        }
    }

    private final class Parts extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {

        Parts(ServerCall.Listener<Q> handler) {
            super(handler);
        }

        @Override
        public void onHalfClose() {
            if (closed) {
                super.onHalfClose(); // the handler had its answer before the question was complete
                return;
            }
            var arrived = doorkeeper.arrive(importance, remainingNanos());
            visit = arrived;
            try {
                var refusal = admitted(arrived);
                if (refusal.isEmpty()) {
                    work(arrived);
                } else {
                    refuse(refusal.get());
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                close(Status.CANCELLED.withDescription("interrupted while it waited to begin"), new Metadata());
            }
        }

        @Override
        public void onCancel() {
            try {
                super.onCancel();
            } finally {
                over();
            }
        }

        @Override
        public void onComplete() {
            try {
                super.onComplete();
            } finally {
                over();
            }
        }

        private void work(Visit visit) {
            working = true;
            try {
                visit.call(() -> {
                    super.onHalfClose();
                    return true;
                });
            } finally {
                working = false;
                closeIfDone();
            }
        }
    }

    /** That the caller has left is told on other threads than this one. */
    private static Optional<Refusal> admitted(Visit visit) throws InterruptedException {
        var context = Context.current();
        Context.CancellationListener left = _ -> visit.giveUp();
        context.addListener(left, Runnable::run);
        try {
            return visit.await();
        } finally {
            context.removeListener(left);
        }
    }

    private void refuse(Refusal refusal) {
        var trailers = new Metadata();
        var status =
                switch (refusal.why()) {
                    case EXPIRED -> Status.DEADLINE_EXCEEDED.withDescription("the deadline passed before it could begin");
                    case ABANDONED -> Status.CANCELLED.withDescription("the caller left before it could begin");
                    case FULL, DISPLACED, TOO_LATE, STALE, THRESHOLD -> {
                        trailers.put(PUSHBACK, Long.toString(refusal.pushbackMillis()));
                        yield Status.UNAVAILABLE.withDescription(
                                "There is too much to do at the moment; nothing was done for this call.");
                    }
                };
        close(status, trailers);
    }

    private static long remainingNanos() {
        var deadline = Context.current().getDeadline();
        return deadline == null ? Breaker.NO_DEADLINE : deadline.timeRemaining(NANOSECONDS);
    }

    private void over() {
        closed = true;
        closeIfDone();
    }

    private void closeIfDone() {
        var open = visit;
        if (closed && !working && open != null) {
            open.close();
        }
    }
}
