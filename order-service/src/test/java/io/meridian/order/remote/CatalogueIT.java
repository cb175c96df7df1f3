package io.meridian.order.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.Product;
import io.meridian.contracts.inventory.v1.StockBatch;
import io.meridian.contracts.inventory.v1.WatchStockRequest;
import io.meridian.order.model.Line;
import io.meridian.order.model.Sku;
import io.meridian.snapshot.Follower;
import io.meridian.snapshot.FollowerSettings;
import io.meridian.snapshot.PropagationListener;
import io.meridian.snapshot.SnapshotStore;
import io.meridian.testkit.ManualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The catalogue over a real connection, from an inventory that is made up. */
class CatalogueIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration RELIED_ON_FOR = Duration.ofSeconds(2);
    private static final Line KNOWN = new Line(new Sku("SKU-0001"), 1);
    private static final Line UNKNOWN = new Line(new Sku("SKU-0002"), 1);

    private final ManualTime time = new ManualTime();
    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    private boolean offered = true;
    private Server server;
    private ManagedChannel channel;
    private Follower<Sku, Listed> follower;
    private FollowedCatalogue catalogue;

    private record Asked(WatchStockRequest request, ServerCallStreamObserver<StockBatch> caller) {}

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0), InsecureServerCredentials.create())
                .addService(new InventoryServiceGrpc.InventoryServiceImplBase() {
                    @Override
                    public void watchStock(WatchStockRequest request, StreamObserver<StockBatch> caller) {
                        if (offered) {
                            var call = (ServerCallStreamObserver<StockBatch>) caller;
                            call.setOnCancelHandler(() -> {});
                            asked.add(new Asked(request, call));
                        } else {
                            super.watchStock(request, caller);
                        }
                    }
                })
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .flowControlWindow(KnownWindow.BYTES)
                .build();
        follower = new Follower<>(
                "products",
                new GrpcCatalogue(new Peer("inventory", channel, time.nanos())),
                new SnapshotStore<>(Listed::version),
                FollowerSettings.USUAL,
                PropagationListener.NONE,
                time.nanos(),
                time.instants(),
                RandomGenerator.getDefault());
        catalogue = new FollowedCatalogue(follower, RELIED_ON_FOR);
    }

    @AfterEach
    void stop() throws InterruptedException {
        follower.close();
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void whatIsInNoCatalogueIsKnownOnceAllOfItIsHere() throws InterruptedException {
        follower.turn();
        var inventory = asked();
        assertThat(inventory.request().getAfter()).isEmpty();
        assertThat(unknown()).isEmpty();

        inventory.caller().onNext(list("SKU-0003").toBuilder().setMore(true).build());
        inventory.caller().onNext(list("SKU-0001"));

        await().atMost(PATIENCE).until(follower::isComplete);
        assertThat(unknown()).containsExactly(UNKNOWN.sku());
        assertThat(follower.store().current().size()).isEqualTo(2);
    }

    @Test
    void whatIsLateDecidesNothing() throws InterruptedException {
        follower.turn();
        asked().caller().onNext(list("SKU-0001"));
        await().atMost(PATIENCE).until(follower::isComplete);

        time.advance(RELIED_ON_FOR.plusNanos(1));

        assertThat(unknown()).isEmpty();
    }

    @Test
    void brokenStreamIsTakenUpAgain() throws InterruptedException {
        follower.turn();
        var first = asked();
        first.caller().onNext(list("SKU-0001"));
        await().atMost(PATIENCE).until(follower::isComplete);
        first.caller().onError(Status.UNAVAILABLE.asRuntimeException());
        await().atMost(PATIENCE).until(() -> follower.problem() != null);

        time.advance(Duration.ofSeconds(2));
        follower.turn();

        assertThat(asked().request().getAfter()).isEqualTo("here");
    }

    @Test
    void olderReleaseChangesNothing() {
        offered = false;
        follower.turn();

        await().atMost(PATIENCE).until(() -> follower.problem() != null);

        assertThat(follower.problem()).startsWith("UNIMPLEMENTED");
        assertThat(unknown()).isEmpty();
        assertThat(follower.turn()).isGreaterThan(Duration.ofSeconds(59));
    }

    @Test
    void inventoryThatIsAwayChangesNothing() {
        server.shutdownNow();
        follower.turn();

        await().atMost(PATIENCE).until(() -> follower.problem() != null);

        assertThat(unknown()).isEmpty();
    }

    private List<Sku> unknown() {
        return catalogue.unknownOf(List.of(KNOWN, UNKNOWN));
    }

    private Asked asked() throws InterruptedException {
        var next = asked.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static StockBatch list(String sku) {
        return StockBatch.newBuilder()
                .setContent(StockBatch.Content.CONTENT_LIST)
                .addProducts(Product.newBuilder().setSku(sku).setVersion(1))
                .setCursor("here")
                .build();
    }
}
