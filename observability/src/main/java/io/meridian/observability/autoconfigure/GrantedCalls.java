package io.meridian.observability.autoconfigure;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.meridian.deadline.Hop;
import io.meridian.deadline.grpc.DeadlineClientInterceptor;
import io.micrometer.observation.ObservationRegistry;

/** Says on the span of a gRPC call what the call was granted; nothing of a call that nobody bounds. */
final class GrantedCalls implements ClientInterceptor {

    private final ObservationRegistry observations;

    GrantedCalls(ObservationRegistry observations) {
        this.observations = observations;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var call = next.newCall(method, options);
        var granted = options.getOption(DeadlineClientInterceptor.GRANTED);
        return granted == null ? call : new Granted<>(call, granted);
    }

    private final class Granted<Q, A> extends ForwardingClientCall.SimpleForwardingClientCall<Q, A> {

        private final Hop.Budget.Granted granted;

        Granted(ClientCall<Q, A> call, Hop.Budget.Granted granted) {
            super(call);
            this.granted = granted;
        }

        @Override
        public void start(Listener<A> answer, Metadata headers) {
            var span = observations.getCurrentObservation();
            if (span != null) {
                DeadlineSpans.granted(span.getContext(), granted.deadline().budget(), granted.reserved());
            }
            super.start(answer, headers);
        }
    }
}
