package io.meridian.inventory.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status.Code;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.meridian.inventory.watching.FakeStockLog;
import io.meridian.inventory.watching.WatchSettings;
import io.meridian.inventory.watching.WatchStock;
import io.meridian.testkit.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StockStreamTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ManualTime time = new ManualTime();
    private final FakeStockLog log = new FakeStockLog(3);
    private final WatchStock watchStock = new WatchStock(
            log,
            new WatchSettings(2, Duration.ofSeconds(10), 50, Duration.ofMillis(500), Duration.ofSeconds(30)),
            time.nanos());
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    @SuppressWarnings("NullAway") // the other questions are not asked here
    void start() throws IOException {
        var name = UUID.randomUUID().toString();
        server = InProcessServerBuilder.forName(name)
                .addService(new InventoryGrpc(null, null, null, null, watchStock, time.instants()))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @Test
    void oneMoreThanThereIsRoomForIsToldWhy() throws Exception {
        var one = begun();
        var two = begun();

        var end = WatchedStream.open(channel, "").end();

        assertThat(end.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(end.getDescription()).contains("2 subscribers", "meridian.inventory.watching.at-once");
        one.cancel();
        two.cancel();
    }

    @Test
    void whoReadsNothingIsEndedWithTheReasonAndItsPlaceIsFree() throws Exception {
        var slow = WatchedStream.stalled(channel);
        awaitSubscribers(1);
        watchStock.turn();
        time.advance(Duration.ofSeconds(11));

        watchStock.turn();

        assertThat(slow.end().getCode()).isEqualTo(Code.ABORTED);
        assertThat(slow.end().getDescription()).contains("took nothing");
        assertThat(watchStock.subscribers()).isZero();
    }

    @Test
    void instanceThatGoesDownEndsItsStreams() throws Exception {
        var stream = begun();

        watchStock.close();

        assertThat(stream.end().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(WatchedStream.open(channel, "").end().getCode()).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void placeOfAClientThatLeavesIsFree() {
        var stream = begun();

        stream.cancel();

        awaitSubscribers(0);
    }

    private WatchedStream begun() {
        var before = watchStock.subscribers();
        var stream = WatchedStream.open(channel, "");
        awaitSubscribers(before + 1);
        watchStock.turn();
        stream.list(PATIENCE);
        return stream;
    }

    private void awaitSubscribers(int count) {
        await().atMost(PATIENCE).until(() -> watchStock.subscribers() == count);
    }
}
