package io.meridian.deadline.grpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Hop;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.Stage;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Gives each call that the current scope makes what is left, less the reserve of its {@link Hop}, as the call's deadline and so as
 * {@code grpc-timeout}; all attempts of a call that the channel retries share it.
 *
 * <ul>
 *   <li>A deadline that the call has already stays if it is the sooner one. Only a call with one question and one answer is subject to the
 *       hop's cap; a stream lasts as long as its scope.
 *   <li>If less is left than the hop needs, the call fails with {@code DEADLINE_EXCEEDED} and nothing is sent; with
 *       {@code CANCELLED} if the caller is gone.
 *   <li>When the scope ends the call is cancelled, whether a thread waits for it or not.
 *   <li>A call that is made in work detached from a gRPC call neither ends with that call nor with its deadline, though
 *       {@link Context#current()} does.
 *   <li>A call outside any scope is as it was, and {@link MissingDeadline} is told.
 * </ul>
 *
 * <p>The scope is the one of the thread that starts the call; answers to an asynchronous stub come on other threads, in none.
 *
 * <p>Stands outside of what watches, repeats or breaks calls, so that a call that is refused for want of time is no call to them and no
 * failure of the neighbour, and outside of whatever gives a call a deadline when it has none.
 */
public final class DeadlineClientInterceptor implements ClientInterceptor {

    /** What a call was granted, for interceptors further in; a call that is not bounded has none. */
    public static final CallOptions.Key<Hop.Budget.Granted> GRANTED = CallOptions.Key.create("meridian-deadline-granted");

    /** A scope that has longer than this is a stream's, that has no deadline: none is made of it. */
    private static final Duration FOREVER = Deadline.LONGEST.dividedBy(2);

    private final Hops hops;
    private final DeadlineListener listener;
    private final MissingDeadline missing;

    public DeadlineClientInterceptor(Hops hops, DeadlineListener listener, MissingDeadline missing) {
        this.hops = hops;
        this.listener = listener;
        this.missing = missing;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var scope = DeadlineScope.currentOrNull();
        if (scope == null) {
            missing.met(Stage.CALL);
            return next.newCall(method, options);
        }
        var hop = hops.to(method);
        if (scope.ending().filter(Ending.CALLER_GONE::equals).isPresent()) {
            listener.stopped(Stage.CALL, Ending.CALLER_GONE);
            return new RefusedCall<>(Status.CANCELLED.withDescription("the caller is gone: " + hop.name()
                    + " was not called"));
        }
        return switch (hop.grant(scope.deadline())) {
            case Hop.Budget.Granted granted -> granted(method, options, next, scope, hop, granted);
            case Hop.Budget.Refused(var left, var least) -> {
                listener.refusedBeforeDispatch(hop.name(), left);
                yield new RefusedCall<>(Status.DEADLINE_EXCEEDED.withDescription(hop.name() + " was not called: "
                        + millis(left) + " ms are left for it, and it needs " + millis(least) + " ms"));
            }
        };
    }

    private <Q, A> ClientCall<Q, A> granted(
            MethodDescriptor<Q, A> method,
            CallOptions options,
            Channel next,
            DeadlineScope scope,
            Hop hop,
            Hop.Budget.Granted granted) {
        var unary = method.getType() == MethodType.UNARY;
        var bounded = unary || scope.deadline().remaining().compareTo(FOREVER) < 0;
        var own = options.getDeadline();
        var most = unary ? granted.deadline() : scope.deadline().keeping(granted.reserved());
        var deadline = own == null ? most : most.within(Duration.ofNanos(own.timeRemaining(NANOSECONDS)));
        var given = bounded
                ? within(deadline, options).withOption(GRANTED, new Hop.Budget.Granted(deadline, granted.reserved()))
                : options;
        var context = contextOf(scope);
        var call = in(context, () -> next.newCall(method, given));
        if (bounded) {
            listener.granted(hop.name(), deadline.budget(), granted.reserved());
        }
        return new ScopedCall<>(call, scope, hop, deadline, granted.reserved(), bounded, context, listener);
    }

    /** The sooner deadline stays itself, so that it is not read twice. */
    private static CallOptions within(Deadline deadline, CallOptions options) {
        var own = options.getDeadline();
        var granted = io.grpc.Deadline.after(deadline.remainingNanos(), NANOSECONDS);
        return own != null && own.isBefore(granted) ? options : options.withDeadline(granted);
    }

    /**
     * Where a call is made: not in the context of a gRPC call of which the scope is no part, which would cancel it with that call.
     */
    private static Context contextOf(DeadlineScope scope) {
        var served = DeadlineServerInterceptor.SERVED.get();
        return served == null || scope.isPartOf(served) ? Context.current() : Context.current().fork();
    }

    static <R> R in(Context context, Supplier<R> work) {
        var outer = context.attach();
        try {
            return work.get();
        } finally {
            context.detach(outer);
        }
    }

    /** With its decimals, which matter when little is left. */
    private static String millis(Duration duration) {
        return java.math.BigDecimal.valueOf(duration.toNanos() / 1_000, 3)
                .stripTrailingZeros()
                .toPlainString();
    }
}
