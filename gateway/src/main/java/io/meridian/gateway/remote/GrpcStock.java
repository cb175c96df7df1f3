package io.meridian.gateway.remote;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.StockBatch;
import io.meridian.contracts.inventory.v1.WatchStockRequest;
import io.meridian.gateway.stock.Product;
import io.meridian.snapshot.Batch;
import io.meridian.snapshot.Change;
import io.meridian.snapshot.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The stock as inventory tells it by {@code WatchStock}: the one thing this gateway asks a service by gRPC itself. One message is asked for at a
 * time, and the next when it has been applied. The channel is made when it is first needed, off the way to readiness.
 */
public final class GrpcStock implements Source<String, Product>, AutoCloseable {

    /** Several times what inventory puts into one message. */
    private static final int LARGEST_MESSAGE = 1024 * 1024;

    /** The most that a stream which is not read may cost, and enough for 50 MB/s over 20 ms. */
    private static final int WINDOW = 1024 * 1024;

    private final String target;
    private @Nullable ManagedChannel channel;

    public GrpcStock(String target) {
        this.target = target;
    }

    @Override
    public Stream follow(@Nullable String after, boolean check, Listener<String, Product> listener) {
        var open = channel();
        // The channel waits longer and longer before it tries to connect again; the follower has pauses of its own.
        if (open.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            open.resetConnectBackoff();
        }
        var request = WatchStockRequest.newBuilder().setCheck(check);
        if (after != null) {
            request.setAfter(after);
        }
        var messages = new Messages(listener);
        InventoryServiceGrpc.newStub(open)
                .withMaxInboundMessageSize(LARGEST_MESSAGE)
                .watchStock(request.build(), messages);
        return messages;
    }

    @Override
    public synchronized void close() {
        if (channel != null) {
            channel.shutdownNow();
        }
    }

    private synchronized ManagedChannel channel() {
        var open = channel;
        if (open == null) {
            open = NettyChannelBuilder.forTarget(target)
                    .usePlaintext()
                    .disableServiceConfigLookUp()
                    .flowControlWindow(WINDOW)
                    // As the order service's channels: the servers allow every 20 s.
                    .keepAliveTime(30, TimeUnit.SECONDS)
                    .keepAliveTimeout(5, TimeUnit.SECONDS)
                    .executor(Executors.newThreadPerTaskExecutor(
                            Thread.ofVirtual().name("stock-", 0).factory()))
                    .build();
            channel = open;
        }
        return open;
    }

    private static Batch<String, Product> batch(StockBatch said) {
        var changes = said.getProductsList().stream()
                .map(it -> new Change.Put<>(it.getSku(), product(it)))
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

    private static Product product(io.meridian.contracts.inventory.v1.Product said) {
        return new Product(
                said.getSku(),
                said.getName(),
                said.getUnitPrice().getAmount(),
                said.getUnitPrice().getCurrency(),
                said.getOnHand(),
                said.getHeld(),
                said.getSold(),
                said.getVersion());
    }

    private static Instant instant(com.google.protobuf.Timestamp at) {
        return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    }

    private static final class Messages implements ClientResponseObserver<WatchStockRequest, StockBatch>, Stream {

        private final Listener<String, Product> listener;
        private @Nullable ClientCallStreamObserver<WatchStockRequest> call;

        private Messages(Listener<String, Product> listener) {
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
