package io.meridian.deadline.grpc;

import io.grpc.Context;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Registration;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call that is being served, as its handler sees it. It has one answer: the handler's, or the one that is given for it when the
 * scope ends, whichever comes first; what the handler sends after that goes nowhere.
 */
final class ServedCall<Q, A> extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {

    /**
     * A caller that leaves so shortly before its deadline leaves because of it, its clock being a little ahead: the deadline is
     * awaited, so that both ends of a call give the same reason for its end.
     */
    private static final Duration AT_ITS_DEADLINE = Duration.ofMillis(5);

    private final DeadlineScope scope;
    private final boolean bounded;
    private final Context context;
    private final Context.@Nullable CancellableContext cut;
    private final Duration tidying;
    private final DeadlineListener listener;

    private @Nullable Registration deadline;

    /** The answer has been given; guarded by this, as all sending is. */
    private boolean answered;

    /** It was given for the handler, because the scope had ended. */
    private volatile boolean answeredForIt;

    /** The handler's own work has begun: for a unary call with the last part of the question. */
    private volatile boolean begun;

    /** A part of the handler is running. */
    private volatile boolean working;

    /** No other part of it is to come. */
    private volatile boolean over;

    private final AtomicBoolean closed = new AtomicBoolean();

    ServedCall(
            ServerCall<Q, A> call,
            DeadlineScope scope,
            boolean bounded,
            Context context,
            Context.@Nullable CancellableContext cut,
            Duration tidying,
            DeadlineListener listener) {
        super(call);
        this.scope = scope;
        this.bounded = bounded;
        this.context = context;
        this.cut = cut;
        this.tidying = tidying;
        this.listener = listener;
        this.begun = call.getMethodDescriptor().getType() != MethodType.UNARY;
    }

    ServerCall.Listener<Q> begin(Metadata headers, ServerCallHandler<Q, A> next) {
        if (bounded) {
            listener.opened(scope);
        }
        // Told on the thread that ends the context: the call's own waits behind the handler.
        context.addListener(this::contextEnded, Runnable::run);
        if (cut != null) {
            deadline = scope.onEnd(this::answerAtTheDeadline);
        }
        var handler = work(() -> next.startCall(this, headers));
        return handler == null ? new ServerCall.Listener<>() {} : new Parts(handler);
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
        if (!answered) {
            super.sendHeaders(headers);
        }
    }

    @Override
    public synchronized void sendMessage(A message) {
        if (!answered) {
            super.sendMessage(message);
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        var ending = status.isOk() ? null : scope.ending().orElse(null);
        if (ending == null) {
            answer(status, trailers);
        } else {
            stopped(ending, status.getCause());
            answer(status(ending).withCause(status.getCause()), trailers);
        }
        nothingMoreToCome();
    }

    @Override
    public boolean isCancelled() {
        return answeredForIt || super.isCancelled();
    }

    /** What the handler is called for, in order and never two at once; but perhaps each on another thread. */
    private final class Parts extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {

        Parts(ServerCall.Listener<Q> handler) {
            super(handler);
        }

        @Override
        public void onReady() {
            work(() -> {
                super.onReady();
                return true;
            });
        }

        @Override
        public void onMessage(Q message) {
            work(() -> {
                super.onMessage(message);
                return true;
            });
        }

        @Override
        public void onHalfClose() {
            work(() -> {
                begun = true;
                super.onHalfClose();
                return true;
            });
        }

        @Override
        public void onCancel() {
            tidy(super::onCancel);
        }

        @Override
        public void onComplete() {
            // An answer that is not the handler's is no success of its.
            tidy(answeredForIt ? super::onCancel : super::onComplete);
        }
    }

    /** Runs a part of the handler if it is still wanted; returns null if it was not, or is not any more. */
    private <R> @Nullable R work(Supplier<R> part) {
        if (!isWanted()) {
            return null;
        }
        var outer = context.attach();
        working = true;
        try {
            return scope.call(part::get);
        } catch (Exception e) {
            var ending = scope.ending();
            if (ending.isEmpty()) {
                leaveTheAnswer();
                throw e;
            }
            stopped(ending.get(), e);
            answerForIt(ending.get(), e);
            return null;
        } catch (Error e) {
            leaveTheAnswer();
            throw e;
        } finally {
            working = false;
            context.detach(outer);
            closeIfDone();
        }
    }

    private boolean isWanted() {
        if (!scope.isOver()) {
            return !answeredForIt;
        }
        var ending = scope.ending().orElse(Ending.EXPIRED);
        if (answerForIt(ending, null)) {
            notDone(ending);
        }
        return false;
    }

    /** The end of the call is no part of its answer, and wanted by the handler alone. */
    private void tidy(Runnable end) {
        var outer = context.attach();
        try {
            DeadlineScope.detached("grpc-tidying", tidying, () -> {
                end.run();
                return true;
            });
        } finally {
            context.detach(outer);
            nothingMoreToCome();
        }
    }

    private void contextEnded(Context ended) {
        var cause = ended.cancellationCause();
        var answeredOrExpired = cause == null || cause instanceof TimeoutException;
        if (!answeredOrExpired && scope.deadline().remainingNanos() > AT_ITS_DEADLINE.toNanos()) {
            scope.cancel();
        }
    }

    private void answerAtTheDeadline(Ending ending) {
        if (ending == Ending.EXPIRED) {
            Thread.ofVirtual().name("grpc-deadline").start(() -> {
                if (answerForIt(ending, null) && !begun) {
                    notDone(ending);
                }
            });
        }
    }

    /** Returns whether it was not answered yet. */
    private boolean answerForIt(Ending ending, @Nullable Throwable cause) {
        var first = answer(status(ending).withCause(cause), new Metadata());
        if (first) {
            answeredForIt = true;
        }
        nothingMoreToCome();
        return first;
    }

    private synchronized boolean answer(Status status, Metadata trailers) {
        if (answered) {
            return false;
        }
        answered = true;
        HandledTime.write(used(), trailers);
        super.close(status, trailers);
        return true;
    }

    /** Whoever takes the exception answers, and does it past this call. */
    private synchronized void leaveTheAnswer() {
        answered = true;
        over = true;
    }

    private void notDone(Ending ending) {
        if (begun) {
            listener.stopped(Stage.HANDLER, ending);
        } else if (ending == Ending.EXPIRED) {
            listener.refusedAtEntry(DeadlineServerInterceptor.ENTRY);
        } else {
            listener.stopped(Stage.QUEUE, ending);
        }
    }

    private void stopped(Ending ending, @Nullable Throwable thrown) {
        if (!isToldBelow(thrown)) {
            listener.stopped(Stage.HANDLER, ending);
        }
    }

    /** Whether what stopped the handler is something that it had called, which has told it. */
    private static boolean isToldBelow(@Nullable Throwable thrown) {
        for (var cause = thrown; cause != null; cause = cause.getCause()) {
            var status = cause instanceof StatusRuntimeException unchecked
                    ? unchecked.getStatus()
                    : cause instanceof StatusException checked ? checked.getStatus() : null;
            // A status that came by way of a stub has a cause; one that the handler made has none.
            if (cause instanceof ScopeEndedException || status != null && status.getCause() != null) {
                return true;
            }
        }
        return false;
    }

    private Status status(Ending ending) {
        return switch (ending) {
            case EXPIRED ->
                Status.DEADLINE_EXCEEDED.withDescription("the deadline passed, "
                        + scope.deadline().budget().toMillis() + " ms after the call came in");
            case CALLER_GONE -> Status.CANCELLED.withDescription("the caller is gone");
        };
    }

    private Duration used() {
        var deadline = scope.deadline();
        return deadline.budget().minusNanos(deadline.remainingNanos());
    }

    private void nothingMoreToCome() {
        over = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (!over || working || !closed.compareAndSet(false, true)) {
            return;
        }
        if (deadline != null) {
            deadline.close();
        }
        if (cut != null) {
            cut.cancel(null);
        }
        if (bounded) {
            listener.closed(scope, scope.deadline().budget(), used());
        }
    }
}
