package io.meridian.breaker.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.breaker.shedding.Importance;
import io.meridian.breaker.shedding.Visit;

/**
 * Calls that are made for one that {@linkplain Doorkeeper#current() came through a door}. They say how important that one is, so that a
 * server further on can take them for as little, and sheds the same users; and while one of one question and one answer is under way, what
 * it is made for has {@linkplain Visit#stepOut() stepped out}. A call that is made for none is left as it is.
 */
public final class DoorClientInterceptor implements ClientInterceptor {

    private static final Metadata.Key<String> PRIORITY =
            Metadata.Key.of(Importance.PRIORITY_HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> GROUP =
            Metadata.Key.of(Importance.GROUP_HEADER, Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var call = next.newCall(method, options);
        return Doorkeeper.current()
                .<ClientCall<Q, A>>map(visit -> new Errand<>(call, visit, method.getType() == MethodType.UNARY))
                .orElse(call);
    }

    private static final class Errand<Q, A> extends ForwardingClientCall.SimpleForwardingClientCall<Q, A> {

        private final Visit visit;
        private final boolean waits;

        Errand(ClientCall<Q, A> call, Visit visit, boolean waits) {
            super(call);
            this.visit = visit;
            this.waits = waits;
        }

        @Override
        public void start(Listener<A> answers, Metadata headers) {
            headers.put(PRIORITY, visit.importance().priority().word());
            headers.put(GROUP, Integer.toString(visit.importance().group()));
            if (!waits) {
                super.start(answers, headers);
                return;
            }
            visit.stepOut();
            try {
                super.start(new Back<>(answers, visit), headers);
            } catch (RuntimeException notStarted) {
                visit.stepIn();
                throw notStarted;
            }
        }
    }

    private static final class Back<A> extends ForwardingClientCallListener.SimpleForwardingClientCallListener<A> {

        private final Visit visit;

        Back(ClientCall.Listener<A> answers, Visit visit) {
            super(answers);
            this.visit = visit;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            visit.stepIn();
            super.onClose(status, trailers);
        }
    }
}
