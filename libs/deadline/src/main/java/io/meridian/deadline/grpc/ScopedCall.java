package io.meridian.deadline.grpc;

import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.Status;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Hop;
import io.meridian.deadline.Registration;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that ends with the scope that made it, and leaves nothing behind in the scope when it has ended. */
final class ScopedCall<Q, A> extends ForwardingClientCall.SimpleForwardingClientCall<Q, A> {

    private final DeadlineScope scope;
    private final Hop hop;
    private final Deadline deadline;
    private final Duration reserved;
    private final boolean bounded;
    private final Context context;
    private final DeadlineListener listener;

    /** Guarded by this. */
    private @Nullable Registration registration;

    /** Guarded by this. */
    private boolean ended;

    /** The scope has ended, and so has the call, whether the thread that makes it knows or not. */
    private volatile boolean cancelled;

    ScopedCall(
            ClientCall<Q, A> call,
            DeadlineScope scope,
            Hop hop,
            Deadline deadline,
            Duration reserved,
            boolean bounded,
            Context context,
            DeadlineListener listener) {
        super(call);
        this.scope = scope;
        this.hop = hop;
        this.deadline = deadline;
        this.reserved = reserved;
        this.bounded = bounded;
        this.context = context;
        this.listener = listener;
    }

    @Override
    public void start(Listener<A> responses, Metadata headers) {
        var watched = new ForwardingClientCallListener.SimpleForwardingClientCallListener<>(responses) {
            @Override
            public void onClose(Status status, Metadata trailers) {
                ended(status, trailers);
                super.onClose(status, trailers);
            }
        };
        DeadlineClientInterceptor.in(context, () -> {
            super.start(watched, headers);
            return true;
        });
        // Only now: a call cannot be cancelled before it is started.
        endWith(scope.onEnd(this::cancelFor));
    }

    @Override
    public void sendMessage(Q question) {
        unlessCancelled(() -> super.sendMessage(question));
    }

    @Override
    public void halfClose() {
        unlessCancelled(super::halfClose);
    }

    /** A call that was cancelled takes nothing more and says so as if its caller had cancelled it; how it ended, its listener is told. */
    private void unlessCancelled(Runnable step) {
        try {
            step.run();
        } catch (IllegalStateException e) {
            if (!cancelled) {
                throw e;
            }
        }
    }

    private void cancelFor(Ending ending) {
        cancelled = true;
        // Whoever ends the scope must not wait for what a cancelled call makes its listener do.
        Thread.ofVirtual()
                .name("grpc-cancel")
                .start(() -> cancel(null, new ScopeEndedException(ending, "a call to " + hop.name())));
    }

    private synchronized void endWith(Registration hook) {
        if (ended) {
            hook.close();
        } else {
            registration = hook;
        }
    }

    private void ended(Status status, Metadata trailers) {
        synchronized (this) {
            ended = true;
            if (registration != null) {
                registration.close();
            }
        }
        if (!bounded) {
            return;
        }
        var used = deadline.budget().minusNanos(deadline.remainingNanos());
        HandledTime.read(trailers).ifPresent(there -> hop.measured(used, there));
        listener.returned(hop.name(), deadline.budget(), reserved, used);
        if (isStopped(status)) {
            listener.stopped(Stage.CALL, scope.ending().orElse(Ending.EXPIRED));
        }
    }

    /** The call's own deadline is sooner than the scope's by what was reserved. */
    private boolean isStopped(Status status) {
        return switch (status.getCode()) {
            case CANCELLED -> scope.isOver();
            case DEADLINE_EXCEEDED -> scope.isOver() || scope.deadline().remaining().compareTo(reserved) <= 0;
            default -> false;
        };
    }
}
