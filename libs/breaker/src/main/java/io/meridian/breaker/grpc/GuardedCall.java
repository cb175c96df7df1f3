package io.meridian.breaker.grpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Passage;
import io.meridian.breaker.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * A call that is made when it is started, if the breaker lets it. A call that was never started took no permit, and one that was started
 * gives it back however it ends.
 */
final class GuardedCall<Q, A> extends ClientCall<Q, A> {

    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private final Breaker breaker;
    private final MethodDescriptor<Q, A> method;
    private final CallOptions options;
    private final Channel next;

    private volatile @Nullable ClientCall<Q, A> call;
    private volatile @Nullable Cancellation cancellation;
    private boolean started;

    private record Cancellation(@Nullable String message, @Nullable Throwable cause) {}

    GuardedCall(Breaker breaker, MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        this.breaker = breaker;
        this.method = method;
        this.options = options;
        this.next = next;
    }

    @Override
    public void start(Listener<A> answers, Metadata headers) {
        if (started || cancellation != null) {
            throw new IllegalStateException("the call was " + (started ? "started" : "cancelled") + " before");
        }
        started = true;
        var context = Context.current();
        var deadline = sooner(options.getDeadline(), context.getDeadline());
        Passage passage;
        try {
            passage = Passage.through(
                    breaker, deadline == null ? Breaker.NO_DEADLINE : deadline.timeRemaining(NANOSECONDS));
        } catch (CallRejectedException rejected) {
            refuse(rejected, answers);
            return;
        }
        var begun = false;
        try {
            var made = next.newCall(method, options);
            call = made;
            var meanwhile = cancellation;
            if (meanwhile != null) {
                made.cancel(meanwhile.message(), meanwhile.cause()); // now it does not start
            }
            made.start(new Watched(answers, passage, context, deadline), headers);
            begun = true;
        } finally {
            if (!begun) {
                passage.end(Outcome.IGNORED); // this side's fault
            }
        }
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        cancellation = new Cancellation(message, cause);
        var made = call;
        if (made != null) {
            made.cancel(message, cause);
        }
    }

    // Of a call that was not made, nothing can be asked.

    @Override
    public void request(int numMessages) {
        var made = call;
        if (made != null) {
            made.request(numMessages);
        }
    }

    @Override
    public void halfClose() {
        var made = call;
        if (made != null) {
            made.halfClose();
        }
    }

    @Override
    public void sendMessage(Q message) {
        var made = call;
        if (made != null) {
            made.sendMessage(message);
        }
    }

    @Override
    public boolean isReady() {
        var made = call;
        return made != null && made.isReady();
    }

    @Override
    public void setMessageCompression(boolean enabled) {
        var made = call;
        if (made != null) {
            made.setMessageCompression(enabled);
        }
    }

    @Override
    public Attributes getAttributes() {
        var made = call;
        return made == null ? Attributes.EMPTY : made.getAttributes();
    }

    private static <A> void refuse(CallRejectedException rejected, Listener<A> answers) {
        var trailers = new Metadata();
        var wait = rejected.retryAfter();
        trailers.put(PUSHBACK, wait.isPositive() ? Long.toString(Math.max(1, wait.toMillis())) : "-1");
        answers.onClose(statusOf(rejected), trailers);
    }

    private static Status statusOf(CallRejectedException rejected) {
        var status = rejected.reason() == Rejection.DEADLINE ? Status.DEADLINE_EXCEEDED : Status.UNAVAILABLE;
        var why =
                switch (rejected.reason()) {
                    case OPEN -> "it does not work at the moment";
                    case LIMIT -> "as many calls are under way as it answers in good time";
                    case DEADLINE -> "its answer would hardly come in time";
                    case THROTTLE -> "it fails most of its calls, and is spared this one";
                };
        return status.withDescription(rejected.breaker() + " was not called: " + why).withCause(rejected);
    }

    /** The one that gRPC goes by: a call ends at its own deadline or at that of the call it is made for. */
    private static @Nullable Deadline sooner(@Nullable Deadline one, @Nullable Deadline other) {
        return one == null ? other : other == null ? one : one.minimum(other);
    }

    private final class Watched extends ForwardingClientCallListener.SimpleForwardingClientCallListener<A> {

        private final Passage passage;
        private final Context context;
        private final @Nullable Deadline deadline;

        Watched(Listener<A> answers, Passage passage, Context context, @Nullable Deadline deadline) {
            super(answers);
            this.passage = passage;
            this.context = context;
            this.deadline = deadline;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            passage.end(StatusOutcomes.of(
                    status, cancellation != null || context.isCancelled(), deadline != null && deadline.isExpired()));
            super.onClose(status, trailers);
        }
    }
}
