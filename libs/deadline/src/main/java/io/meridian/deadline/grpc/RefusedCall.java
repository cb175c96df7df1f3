package io.meridian.deadline.grpc;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** A call that is not made: it ends as soon as it is started, and whatever else is asked of it is in vain. */
final class RefusedCall<Q, A> extends ClientCall<Q, A> {

    private final Status status;

    RefusedCall(Status status) {
        this.status = status;
    }

    @Override
    public void start(Listener<A> responses, Metadata headers) {
        responses.onClose(status, new Metadata());
    }

    @Override
    public void request(int numMessages) {}

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {}

    @Override
    public void halfClose() {}

    @Override
    public void sendMessage(Q message) {}
}
