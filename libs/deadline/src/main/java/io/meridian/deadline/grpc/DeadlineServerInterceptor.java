package io.meridian.deadline.grpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Serves each call in a scope {@code grpc}, with the deadline that {@link CallBudgets} grants it. What the handler does on the threads
 * that gRPC calls it on, it does in that scope, and the deadline of {@link Context#current()} is there the same.
 *
 * <ul>
 *   <li>A call that has no time left when it could be begun is answered {@code DEADLINE_EXCEEDED} without the handler.
 *   <li>The handler's thread is interrupted at the deadline and when the caller leaves, which gRPC itself does not do; a caller that
 *       names no deadline, or a longer one than it is granted, has {@code DEADLINE_EXCEEDED} then, whether or not the
 *       handler heeds the interrupt.
 *   <li>A handler that fails when nobody wants the answer any more answers {@code DEADLINE_EXCEEDED}, or {@code CANCELLED} if the
 *       caller is gone; no fault is made of it. A success that comes late is sent all the same.
 *   <li>What is run at the end of a call, {@code onComplete} and {@code onCancel}, is run detached from it, with the usual budget: to
 *       tidy up is wanted even when the answer is not.
 *   <li>The answer says in {@code x-handled-us} how long it was being made.
 * </ul>
 *
 * <p>Stands inside whatever observes calls and whatever turns exceptions into statuses: the one sees the status that is sent, and the
 * other only the faults of calls that are still wanted. A {@code grpc-timeout} that cannot be read never comes so far: gRPC resets
 * the stream.
 */
public final class DeadlineServerInterceptor implements ServerInterceptor, AutoCloseable {

    static final String ENTRY = "grpc";

    /** The scope that the handler was called in, by which a client call knows whether it is a part of the call that is served. */
    static final Context.Key<DeadlineScope> SERVED = Context.key("meridian-deadline-scope");

    private final CallBudgets budgets;
    private final DeadlineListener listener;

    /** Ends the contexts of calls that are granted less than they asked for; has no thread until there is one. */
    private final ScheduledThreadPoolExecutor timer;

    public DeadlineServerInterceptor(CallBudgets budgets, DeadlineListener listener) {
        this.budgets = budgets;
        this.listener = listener;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("grpc-deadlines").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var budget = budgets.of(call.getMethodDescriptor(), Context.current().getDeadline());
        if (budget.deadline().hasPassed()) {
            listener.refusedAtEntry(ENTRY);
            call.close(Status.DEADLINE_EXCEEDED.withDescription("nothing was left of the deadline"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        var scope = DeadlineScope.root(ENTRY, budget.deadline());
        var cut = budget.cut() ? cutAt(budget.deadline()) : null;
        var context = (cut == null ? Context.current() : cut).withValue(SERVED, scope);
        return new ServedCall<>(call, scope, budget.bounded(), context, cut, budgets.usual(), listener)
                .begin(headers, next);
    }

    private Context.CancellableContext cutAt(Deadline deadline) {
        return Context.current().withDeadlineAfter(deadline.remainingNanos(), NANOSECONDS, timer);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
