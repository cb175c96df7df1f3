package io.meridian.breaker.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.meridian.breaker.shedding.Importance;

/**
 * Says how important the call is that this one is made for, so that a server further on can take it for as little, and sheds the same
 * users. A call that is made for none says nothing.
 */
public final class ImportanceClientInterceptor implements ClientInterceptor {

    private static final Metadata.Key<String> PRIORITY =
            Metadata.Key.of(Importance.PRIORITY_HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> GROUP =
            Metadata.Key.of(Importance.GROUP_HEADER, Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var madeFor = Importance.current();
        var call = next.newCall(method, options);
        return madeFor.isEmpty() ? call : new Saying<>(call, madeFor.get());
    }

    private static final class Saying<Q, A> extends ForwardingClientCall.SimpleForwardingClientCall<Q, A> {

        private final Importance madeFor;

        Saying(ClientCall<Q, A> call, Importance madeFor) {
            super(call);
            this.madeFor = madeFor;
        }

        @Override
        public void start(Listener<A> answers, Metadata headers) {
            headers.put(PRIORITY, madeFor.priority().word());
            headers.put(GROUP, Integer.toString(madeFor.group()));
            super.start(answers, headers);
        }
    }
}
