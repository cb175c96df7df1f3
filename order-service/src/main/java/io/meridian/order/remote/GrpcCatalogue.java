package io.meridian.order.remote;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc.InventoryServiceStub;
import io.meridian.contracts.inventory.v1.StockBatch;
import io.meridian.contracts.inventory.v1.WatchStockRequest;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.order.model.Sku;
import io.meridian.snapshot.Batch;
import io.meridian.snapshot.Change;
import io.meridian.snapshot.Source;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The catalogue as inventory tells it by {@code WatchStock}. One message is asked for at a time, and the next when it has been applied. */
public final class GrpcCatalogue implements Source<Sku, Listed> {

    /** Several times what inventory puts into one message. */
    private static final int LARGEST_MESSAGE = 1024 * 1024;

    private final ManagedChannel channel;
    private final InventoryServiceStub stub;

    public GrpcCatalogue(Peer inventory) {
        this.channel = inventory.channel();
        this.stub = InventoryServiceGrpc.newStub(channel).withMaxInboundMessageSize(LARGEST_MESSAGE);
    }

    @Override
    public Stream follow(@Nullable String after, boolean check, Listener<Sku, Listed> listener) {
        // The channel waits longer and longer before it tries to connect again; the follower has pauses of its own.
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
        var request = WatchStockRequest.newBuilder().setCheck(check);
        if (after != null) {
            request.setAfter(after);
        }
        var messages = new Messages(listener);
        // Nobody waits for it: it lasts as long as this instance does.
        DeadlineScope.detached("catalogue", Deadline.LONGEST, () -> {
            stub.watchStock(request.build(), messages);
            return true;
        });
        return messages;
    }

    private static Batch<Sku, Listed> batch(StockBatch said) {
        var changes = said.getProductsList().stream()
                .map(it -> new Change.Put<>(new Sku(it.getSku()), new Listed(it.getOnHand(), it.getVersion())))
                .toList();
        return new Batch<>(
                switch (said.getContent()) {
                    case CONTENT_LIST -> Batch.Kind.LIST;
                    case CONTENT_CHECK -> Batch.Kind.CHECK;
                    case CONTENT_CHANGES -> Batch.Kind.CHANGES;
                    case UNRECOGNIZED ->
                        throw new IllegalArgumentException("expected changes, a list or a check, found " + said.getContentValue());
                },
                changes,
                said.getMore(),
                said.getCursor(),
                Duration.ofMillis(said.getAgeMs()),
                said.hasCommittedAt() ? instant(said.getCommittedAt()) : null,
                said.hasSentAt() ? instant(said.getSentAt()) : null);
    }

    private static Instant instant(com.google.protobuf.Timestamp at) {
        return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    }

    private static final class Messages implements ClientResponseObserver<WatchStockRequest, StockBatch>, Stream {

        private final Listener<Sku, Listed> listener;
        private @Nullable ClientCallStreamObserver<WatchStockRequest> call;

        private Messages(Listener<Sku, Listed> listener) {
            this.listener = listener;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchStockRequest> started) {
            call = started;
            started.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(StockBatch said) {
            listener.received(batch(said));
            started().request(1);
        }

        @Override
        public void onError(Throwable fault) {
            var status = Status.fromThrowable(fault);
            var end =
                    switch (status.getCode()) {
                        case UNIMPLEMENTED -> End.NOT_OFFERED;
                        case RESOURCE_EXHAUSTED, ABORTED -> End.REFUSED;
                        default -> End.LOST;
                    };
            listener.ended(end, status.getCode() + ": " + status.getDescription());
        }

        @Override
        public void onCompleted() {
            listener.ended(End.LOST, "inventory ended the stream");
        }

        @Override
        public void cancel() {
            started().cancel("no longer followed", null);
        }

        private ClientCallStreamObserver<WatchStockRequest> started() {
            var open = call;
            if (open == null) {
                throw new IllegalStateException("gRPC names the call before it starts it");
            }
            return open;
        }
    }
}
