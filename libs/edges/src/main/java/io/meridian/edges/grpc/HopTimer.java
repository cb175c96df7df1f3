package io.meridian.edges.grpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.meridian.edges.ServerTiming;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Adds the time of each outgoing call to the timing of the request it is made for, as {@code inventory.hold}: the first
 * word of the package and the method. A call with a deadline also says how much that was when it began. Calls that no request
 * waits for are not measured.
 *
 * <p>Stands further in than whatever sets deadlines, to see the one that holds.
 */
public final class HopTimer implements ClientInterceptor {

    private final LongSupplier nanoClock;
    private final CallReserve reserve;

    public HopTimer(LongSupplier nanoClock, CallReserve reserve) {
        this.nanoClock = nanoClock;
        this.reserve = reserve;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var call = next.newCall(method, options);
        // Asked for here, on the caller's thread: the answer may arrive on another.
        return ServerTiming.current()
                .<ClientCall<Q, A>>map(timing -> new Timed<>(call, name(method), options, timing))
                .orElse(call);
    }

    static String name(MethodDescriptor<?, ?> method) {
        var service = Objects.requireNonNullElse(method.getServiceName(), "");
        var end = service.indexOf('.');
        var bare = Objects.requireNonNullElse(method.getBareMethodName(), "call");
        return (end < 0 ? service : service.substring(0, end)).toLowerCase(Locale.ROOT) + "."
                + bare.substring(0, 1).toLowerCase(Locale.ROOT) + bare.substring(1);
    }

    private final class Timed<Q, A> extends ForwardingClientCall.SimpleForwardingClientCall<Q, A> {

        private final String name;
        private final CallOptions options;
        private final ServerTiming timing;

        Timed(ClientCall<Q, A> call, String name, CallOptions options, ServerTiming timing) {
            super(call);
            this.name = name;
            this.options = options;
            this.timing = timing;
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            var started = nanoClock.getAsLong();
            var deadline = sooner(options.getDeadline(), Context.current().getDeadline());
            var granted = deadline == null ? null : Duration.ofNanos(Math.max(0, deadline.timeRemaining(NANOSECONDS)));
            super.start(
                    new ForwardingClientCallListener.SimpleForwardingClientCallListener<>(listener) {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            ended(Duration.ofNanos(nanoClock.getAsLong() - started), granted);
                            super.onClose(status, trailers);
                        }
                    },
                    headers);
        }

        private void ended(Duration time, @Nullable Duration granted) {
            if (granted == null) {
                timing.add(name, time);
            } else {
                timing.add(name, time, granted, reserve.of(options).orElse(null));
            }
        }
    }

    /** The one that gRPC goes by: a call ends at its own deadline or at that of the call it is made for. */
    private static @Nullable Deadline sooner(@Nullable Deadline one, @Nullable Deadline other) {
        return one == null ? other : other == null ? one : one.minimum(other);
    }
}
