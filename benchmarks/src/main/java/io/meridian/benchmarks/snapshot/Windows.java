package io.meridian.benchmarks.snapshot;

import io.grpc.InsecureServerCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.Product;
import io.meridian.contracts.inventory.v1.StockBatch;
import io.meridian.contracts.inventory.v1.WatchStockRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What a stream carries over a slow way, by the window that its reader grants. */
final class Windows {

    private static final Duration ONE_WAY = Duration.ofMillis(10);
    private static final int[] WINDOWS = {64 * 1024, 1024 * 1024};
    private static final Duration EACH = Duration.ofSeconds(10);

    private Windows() {}

    static void measure(PrintStream out) throws IOException, InterruptedException {
        var server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0), InsecureServerCredentials.create())
                .addService(new Endless())
                .build()
                .start();
        try (var way = new SlowWay(server.getPort(), ONE_WAY)) {
            out.println("| window KiB | round trip ms | MB/s |");
            out.println("|---|---|---|");
            var rates = new double[WINDOWS.length];
            for (int i = 0; i < WINDOWS.length; i++) {
                rates[i] = bytesPerSecond(way.port(), WINDOWS[i]);
                out.printf(
                        Locale.ROOT, "| %d | %d | %.1f |%n", WINDOWS[i] / 1024, 2 * ONE_WAY.toMillis(), rates[i] / 1e6);
            }
            out.printf(Locale.ROOT, "1 MiB carries %.1f times what 64 KiB carries%n", rates[1] / rates[0]);
        } finally {
            server.shutdownNow();
        }
    }

    private static double bytesPerSecond(int port, int window) throws InterruptedException {
        var channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .flowControlWindow(window)
                .build();
        try {
            var batches = InventoryServiceGrpc.newBlockingStub(channel).watchStock(WatchStockRequest.getDefaultInstance());
            long bytes = 0;
            batches.next(); // the connection stands
            long start = System.nanoTime();
            while (System.nanoTime() - start < EACH.toNanos()) {
                bytes += batches.next().getSerializedSize();
            }
            return bytes * 1e9 / (System.nanoTime() - start);
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    /** Says lists as fast as they are taken. */
    private static final class Endless extends InventoryServiceGrpc.InventoryServiceImplBase {

        private final StockBatch batch = batch();

        @Override
        public void watchStock(WatchStockRequest request, StreamObserver<StockBatch> caller) {
            var call = (ServerCallStreamObserver<StockBatch>) caller;
            call.setOnReadyHandler(() -> {
                while (call.isReady()) {
                    call.onNext(batch);
                }
            });
            call.setOnCancelHandler(() -> {});
        }

        private static StockBatch batch() {
            var batch = StockBatch.newBuilder();
            for (int i = 0; i < 500; i++) {
                batch.addProducts(Product.newBuilder()
                        .setSku("SKU-%04d".formatted(i))
                        .setName("Oak Lamp, Medium " + i)
                        .setOnHand(1_000 + i)
                        .setVersion(i + 1));
            }
            return batch.build();
        }
    }
}
