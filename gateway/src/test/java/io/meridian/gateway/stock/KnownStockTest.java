package io.meridian.gateway.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.snapshot.Batch;
import io.meridian.snapshot.Change;
import io.meridian.snapshot.Follower;
import io.meridian.snapshot.FollowerSettings;
import io.meridian.snapshot.PropagationListener;
import io.meridian.snapshot.SnapshotStore;
import io.meridian.snapshot.Source;
import io.meridian.testkit.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KnownStockTest {

    private final ManualTime time = new ManualTime();
    private Source.@Nullable Listener<String, Product> stream;
    private final Follower<String, Product> follower = new Follower<>(
            "stock",
            (_, _, listener) -> {
                stream = listener;
                return () -> {};
            },
            new SnapshotStore<>(Product::version),
            FollowerSettings.USUAL,
            PropagationListener.NONE,
            time.nanos(),
            time.instants(),
            RandomGenerator.getDefault());
    private final KnownStock known = new KnownStock(follower, Duration.ofMinutes(5));

    @Test
    void productIsToldAsInventoryTellsIt() {
        list(3);

        assertThat(json("/api/inventory/SKU-0002"))
                .isEqualTo(JsonMapper.shared()
                        .readTree(
                                """
                                {"sku":"SKU-0002","name":"Product 2","unitPrice":{"amount":202,"currency":"EUR"},
                                 "onHand":2,"held":1,"sold":0,"available":2}
                                """));
    }

    @Test
    void pagesAreThoseOfInventory() {
        list(45);

        var first = json("/api/inventory");
        assertThat(first.get("items")).hasSize(20);
        assertThat(first.get("items").get(0).get("sku").asString()).isEqualTo("SKU-0001");
        assertThat(first.get("next").asString()).isEqualTo("SKU-0020");
        var last = json("/api/inventory?limit=40&after=SKU-0020");
        assertThat(last.get("items")).hasSize(25);
        assertThat(last.get("items").get(0).get("sku").asString()).isEqualTo("SKU-0021");
        assertThat(last.has("next")).isFalse();
        assertThat(json("/api/inventory?limit=45").has("next")).isFalse();
        assertThat(json("/api/inventory?after=SKU-9999").get("items")).isEmpty();
    }

    @Test
    void newerVersionIsToldAtOnce() {
        list(3);
        json("/api/inventory");
        says(Batch.Kind.CHANGES, List.of(new Product("SKU-0001", "Product 1", 201, "EUR", 0, 2, 0, 9)));

        assertThat(json("/api/inventory").get("items").get(0).get("onHand").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/inventory/SKU-0099",
                "/api/inventory/sku-0001",
                "/api/inventory/",
                "/api/inventory/SKU-0001/x",
                "/api/inventory?limit=0",
                "/api/inventory?limit=101",
                "/api/inventory?limit=ten",
                "/api/inventory?after=1",
                "/api/orders"
            })
    void whatInventoryWouldRefuseHasNoAnswerHere(String path) {
        list(3);

        assertThat(known.to(MockServerHttpRequest.get(path).build())).isEmpty();
    }

    @Test
    void nothingIsToldBeforeAllIsKnownNorWhenItIsTooOld() {
        var question = MockServerHttpRequest.get("/api/inventory/SKU-0001").build();
        follower.turn();
        assertThat(known.to(question)).isEmpty();

        list(3);
        time.advance(Duration.ofMinutes(5));
        assertThat(known.to(question).orElseThrow().age()).isEqualTo(Duration.ofMinutes(5));

        time.advance(Duration.ofNanos(1));
        assertThat(known.to(question)).isEmpty();
    }

    private void list(int count) {
        var products = new ArrayList<Product>();
        for (int i = 1; i <= count; i++) {
            products.add(new Product("SKU-%04d".formatted(i), "Product " + i, 200 + i, "EUR", i, 1, 0, 1));
        }
        if (stream == null) {
            follower.turn();
        }
        says(Batch.Kind.LIST, products);
    }

    private void says(Batch.Kind kind, List<Product> products) {
        var changes = products.stream()
                .map(it -> new Change.Put<>(it.sku(), it))
                .toList();
        Objects.requireNonNull(stream)
                .received(new Batch<>(kind, changes, false, "c", Duration.ZERO, null, null));
    }

    private JsonNode json(String path) {
        var answer = known.to(MockServerHttpRequest.get(path).build()).orElseThrow();
        return JsonMapper.shared().readTree(new String(answer.body(), StandardCharsets.UTF_8));
    }
}
