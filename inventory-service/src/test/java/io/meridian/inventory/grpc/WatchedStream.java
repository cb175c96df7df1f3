package io.meridian.inventory.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.StockBatch;
import io.meridian.contracts.inventory.v1.WatchStockRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A subscriber that asks for one message after the other, or for none. */
public final class WatchedStream implements ClientResponseObserver<WatchStockRequest, StockBatch> {

    private final boolean stalled;
    private final BlockingQueue<StockBatch> batches = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private ClientCallStreamObserver<WatchStockRequest> call;

    @SuppressWarnings("NullAway.Init") // gRPC names the call before it starts it
    private WatchedStream(boolean stalled) {
        this.stalled = stalled;
    }

    public static WatchedStream open(Channel channel, String after) {
        return open(channel, after, false, false);
    }

    /** Never reads anything. */
    public static WatchedStream stalled(Channel channel) {
        return open(channel, "", false, true);
    }

    static WatchedStream open(Channel channel, String after, boolean check, boolean stalled) {
        var stream = new WatchedStream(stalled);
        InventoryServiceGrpc.newStub(channel)
                .watchStock(
                        WatchStockRequest.newBuilder()
                                .setAfter(after)
                                .setCheck(check)
                                .build(),
                        stream);
        return stream;
    }

    /** The next batches up to the one that satisfies the condition. */
    public List<StockBatch> until(Predicate<StockBatch> condition, Duration patience) {
        var seen = new ArrayList<StockBatch>();
        while (seen.isEmpty() || !condition.test(seen.getLast())) {
            try {
                var batch = batches.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
                assertThat(batch).as("a batch after %s, end: %s", seen, end).isNotNull();
                seen.add(batch);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return seen;
    }

    /** The whole list with which a stream begins; what it answers is the cursor after it. */
    public String list(Duration patience) {
        return until(batch -> batch.getContent() == StockBatch.Content.CONTENT_LIST && !batch.getMore(), patience)
                .getLast()
                .getCursor();
    }

    public Status end() throws Exception {
        return end.get(40, TimeUnit.SECONDS);
    }

    public void cancel() {
        call.cancel("enough", null);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchStockRequest> started) {
        call = started;
        started.disableAutoRequestWithInitial(stalled ? 0 : 1);
    }

    @Override
    public void onNext(StockBatch batch) {
        batches.add(batch);
        call.request(1);
    }

    @Override
    public void onError(Throwable fault) {
        end.complete(Status.fromThrowable(fault));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }
}
