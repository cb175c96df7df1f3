package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.common.v1.Money;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.Product;
import io.meridian.contracts.inventory.v1.StockBatch;
import io.meridian.contracts.inventory.v1.WatchStockRequest;
import io.meridian.snapshot.Follower;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;

@TestPropertySource(
        properties = {"meridian.snapshot.enabled=true", "meridian.snapshot.first-pause=10ms", "meridian.snapshot.silence=1h"})
class StockFallbackIT extends GatewayFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final FakeWatch watch = new FakeWatch();

    @Autowired
    Follower<String, io.meridian.gateway.stock.Product> follower;

    @DynamicPropertySource
    static void stock(DynamicPropertyRegistry properties) {
        properties.add("meridian.gateway.stock.target", () -> "hosts:///127.0.0.1:" + watch.server.getPort());
    }

    @BeforeEach
    void known() {
        await().atMost(PATIENCE).until(follower::isComplete);
        inventory.forget();
    }

    @Test
    void productsAreReadOnWhileInventoryIsAwayAndSaidToBeOld() {
        inventory.stop();
        try {
            var answer = get("/api/inventory/SKU-0001");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(header(answer, "x-degraded")).isEqualTo("inventory");
            assertThat(Long.parseLong(header(answer, "age"))).isBetween(1L, 300L);
            assertThat(header(answer, "content-type")).isEqualTo("application/json");
            assertThat(header(answer, "x-served-by")).startsWith("gateway;");
            assertThat(json(answer).get("available").asInt()).isEqualTo(7);

            var page = get("/api/inventory?limit=1");
            assertThat(json(page).get("next").asString()).isEqualTo("SKU-0001");
            var head = send("HEAD", "/api/inventory/SKU-0001", java.net.http.HttpRequest.BodyPublishers.noBody());
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(header(head, "x-degraded")).isEqualTo("inventory");
            assertThat(head.body()).isEmpty();
        } finally {
            inventory.start();
        }
    }

    @Test
    void whatInventorySaysItselfIsNewer() {
        inventory.answersJson();

        var answer = get("/api/inventory/SKU-0001");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "x-degraded")).isEmpty();
        assertThat(header(answer, "age")).isEmpty();
        assertThat(inventory.asked).isNotEmpty();
    }

    @Test
    void inventoryThatCannotReachItsStoreIsAnsweredFor() {
        inventory.answers((_, response, _) -> response.status(503)
                .header("Retry-After", "60")
                .header("Content-Type", "application/problem+json")
                .header("x-served-by", "inventory-service;v1;stable")
                .sendString(Mono.just("{\"type\":\"/problems/dependency-unavailable\"}")));

        var answer = get("/api/inventory/SKU-0001");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(header(answer, "x-degraded")).isEqualTo("inventory");
        assertThat(header(answer, "retry-after")).isEmpty();
        assertThat(header(answer, "content-type")).isEqualTo("application/json");
        assertThat(json(answer).get("sku").asString()).isEqualTo("SKU-0001");
    }

    @Test
    void whatIsNotKnownHereIsRefusedAsBefore() {
        inventory.stop();
        try {
            assertProblem(get("/api/inventory/SKU-9999"), 503, "dependency-unavailable");
            assertProblem(get("/api/inventory?limit=0"), 503, "dependency-unavailable");
        } finally {
            inventory.start();
        }
    }

    @Test
    void refusalsThatAreInventorysOwnPass() {
        inventory.answers((_, response, _) -> response.status(404).send());

        assertThat(get("/api/inventory/SKU-0001").statusCode()).isEqualTo(404);
    }

    @Test
    void othersAreNotAnsweredFor() {
        payments.stop();
        try {
            assertProblem(get("/api/payments/0195"), 503, "dependency-unavailable");
        } finally {
            payments.start();
        }
    }

    /** An inventory that tells everybody the same two products. */
    private static final class FakeWatch extends InventoryServiceGrpc.InventoryServiceImplBase {

        private final List<StreamObserver<StockBatch>> open = new CopyOnWriteArrayList<>();
        private final Server server;

        private FakeWatch() {
            try {
                server = NettyServerBuilder.forAddress(
                                new InetSocketAddress("127.0.0.1", 0), InsecureServerCredentials.create())
                        .addService(this)
                        .build()
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void watchStock(WatchStockRequest request, StreamObserver<StockBatch> caller) {
            ((ServerCallStreamObserver<StockBatch>) caller).setOnCancelHandler(() -> open.remove(caller));
            open.add(caller);
            caller.onNext(StockBatch.newBuilder()
                    .setContent(StockBatch.Content.CONTENT_LIST)
                    .addProducts(product("SKU-0001", 7))
                    .addProducts(product("SKU-0002", 8))
                    .setCursor("here")
                    .build());
        }

        private static Product product(String sku, long onHand) {
            return Product.newBuilder()
                    .setSku(sku)
                    .setName("Name")
                    .setUnitPrice(Money.newBuilder().setAmount(100).setCurrency("EUR"))
                    .setOnHand(onHand)
                    .setVersion(1)
                    .build();
        }
    }
}
