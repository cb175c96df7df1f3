package io.meridian.edges.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
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

/**
 * Adds the time of each outgoing call to the timing of the request it is made for, as {@code inventory.hold}: the first
 * word of the package and the method. Calls that no request waits for are not measured.
 */
public final class HopTimer implements ClientInterceptor {

    private final LongSupplier nanoClock;

    public HopTimer(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var call = next.newCall(method, options);
        // Asked for here, on the caller's thread: the answer may arrive on another.
        return ServerTiming.current()
                .<ClientCall<Q, A>>map(timing -> new Timed<>(call, name(method), timing))
                .orElse(call);
    }

    private static String name(MethodDescriptor<?, ?> method) {
        var service = Objects.requireNonNullElse(method.getServiceName(), "");
        var end = service.indexOf('.');
        var bare = Objects.requireNonNullElse(method.getBareMethodName(), "call");
        return (end < 0 ? service : service.substring(0, end)).toLowerCase(Locale.ROOT) + "."
                + bare.substring(0, 1).toLowerCase(Locale.ROOT) + bare.substring(1);
    }

    private final class Timed<Q, A> extends ForwardingClientCall.SimpleForwardingClientCall<Q, A> {

        private final String name;
        private final ServerTiming timing;

        Timed(ClientCall<Q, A> call, String name, ServerTiming timing) {
            super(call);
            this.name = name;
            this.timing = timing;
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            var started = nanoClock.getAsLong();
            super.start(
                    new ForwardingClientCallListener.SimpleForwardingClientCallListener<>(listener) {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            timing.add(name, Duration.ofNanos(nanoClock.getAsLong() - started));
                            super.onClose(status, trailers);
                        }
                    },
                    headers);
        }
    }
}
