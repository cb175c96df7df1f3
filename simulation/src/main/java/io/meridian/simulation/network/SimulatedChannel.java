package io.meridian.simulation.network;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC channel over the simulated {@link Network}, for the services' own clients. A call is made, waited for and answered within
 * {@code halfClose}, so a blocking stub finds its answer there when it begins to wait.
 *
 * <p>The deadline that a stub sets is by the machine's clock and not looked at; whoever calls says before each call how long he
 * waits.
 */
public final class SimulatedChannel extends ManagedChannel {

    private static final Duration USUAL = Duration.ofSeconds(2);

    private final Network network;
    private final Service service;
    private Duration within = USUAL;

    public SimulatedChannel(Network network, Service service) {
        this.network = network;
        this.service = service;
    }

    /** For the next call, which is made before anything else happens. */
    public void allow(Duration within) {
        this.within = within;
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        var patience = within;
        within = USUAL;
        return new Call<>(method, patience);
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
        return ConnectivityState.READY;
    }

    @Override
    public String authority() {
        return service.name();
    }

    @Override
    public void resetConnectBackoff() {}

    @Override
    public ManagedChannel shutdown() {
        return this;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public ManagedChannel shutdownNow() {
        return this;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }

    private final class Call<Q, A> extends ClientCall<Q, A> {

        private final MethodDescriptor<Q, A> method;
        private final Duration patience;
        private @Nullable Listener<A> listener;
        private @Nullable Q request;

        Call(MethodDescriptor<Q, A> method, Duration patience) {
            this.method = method;
            this.patience = patience;
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            this.listener = listener;
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void sendMessage(Q message) {
            this.request = message;
        }

        @Override
        public void halfClose() {
            var told = listener;
            var asked = request;
            if (told == null || asked == null) {
                throw new IllegalStateException("a call is started and has a message before it is closed");
            }
            var reply = network.call(service, method.getFullMethodName(), asked, patience.toNanos());
            var answer = reply.answer();
            if (answer != null) {
                @SuppressWarnings("unchecked") // the door answers what the method's descriptor says
                var typed = (A) answer;
                told.onMessage(typed);
            }
            told.onClose(reply.status(), reply.trailers());
        }
    }
}
