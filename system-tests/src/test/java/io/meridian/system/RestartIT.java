package io.meridian.system;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.system.Door.Answer;
import io.meridian.system.RunningPlatform.OwnPlatform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is restarted in mid-flight, every order reaches an end and the books agree.
 *
 * <p>Clients behave as good clients do: an answer they did not get, or that says "later", is asked for again with the same key.
 */
@OwnPlatform
@ExtendWith(RunningPlatform.class)
class RestartIT {

    private static final int CLIENTS = 6;
    private static final int ORDERS_BEFORE = 20;
    private static final int ORDERS_AFTER = 20;
    private static final AtomicInteger NEXT_SKU = new AtomicInteger(600);

    private final Meridian meridian;
    private final Door door;
    private final String customer = "restart-" + UUID.randomUUID();
    private final String sku = "SKU-%04d".formatted(NEXT_SKU.getAndIncrement());

    RestartIT(Meridian meridian) {
        this.meridian = meridian;
        this.door = meridian.gateway();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gateway", "order-service", "inventory-service", "payment-service", "redis", "kafka", "postgres"})
    void everyOrderReachesAnEndWhenItIsKilledAndStartedAgain(String victim) throws Exception {
        var before = door.get("/api/inventory/" + sku).body();
        var stop = new AtomicBoolean();
        var answered = new AtomicLong();
        Map<String, String> confirmed = new ConcurrentHashMap<>();
        List<String> keys = Collections.synchronizedList(new ArrayList<>());
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(clients.submit(() -> {
                    while (!stop.get()) {
                        var key = Door.freshKey();
                        keys.add(key);
                        var answer = placeUntilAnswered(key);
                        answered.incrementAndGet();
                        if (answer.status() == 201) {
                            confirmed.put(key, answer.text("id"));
                        }
                    }
                }));
            }
            await().atMost(60, SECONDS).until(() -> answered.get() >= ORDERS_BEFORE);
            var pid = meridian.kill(victim);
            meridian.startAgain(victim, pid);
            var sofar = answered.get();
            await().atMost(120, SECONDS).until(() -> answered.get() >= sofar + ORDERS_AFTER);
            stop.set(true);
            for (var client : running) {
                client.get(120, SECONDS);
            }
        }

        var orders = new LinkedHashMap<String, String>();
        await().atMost(90, SECONDS).untilAsserted(() -> {
            orders.clear();
            orders.putAll(statuses());
            assertThat(orders.values()).as("no order is left unfinished").doesNotContain("PENDING");
        });
        assertThat(orders.size()).as("one order at most for each key").isLessThanOrEqualTo(keys.size());
        assertThat(orders.keySet()).as("no acknowledged order is lost").containsAll(confirmed.values());
        confirmed.values().forEach(id -> assertThat(orders.get(id)).isEqualTo("CONFIRMED"));
        var sales = orders.values().stream().filter("CONFIRMED"::equals).count();
        await().atMost(90, SECONDS).untilAsserted(() -> {
            var product = door.get("/api/inventory/" + sku).body();
            assertThat(product.path("held").asLong()).as("held after everything ended: %s", product).isZero();
            assertThat(product.path("sold").asLong() - before.path("sold").asLong()).isEqualTo(sales);
            assertThat(before.path("onHand").asLong() - product.path("onHand").asLong()).isEqualTo(sales);
        });
        await().atMost(90, SECONDS).untilAsserted(() -> orders.forEach((id, status) -> {
            var payment = door.get("/api/payments/" + id);
            if (status.equals("CONFIRMED")) {
                assertThat(payment.text("status")).as("payment of %s: %s", id, payment).isEqualTo("CAPTURED");
            } else if (payment.status() != 404) {
                assertThat(payment.text("status")).as("payment of %s: %s", id, payment).isIn("VOIDED", "DECLINED");
            }
        }));
    }

    private Answer placeUntilAnswered(String key) {
        var body = Door.order(customer, sku, 1, "tok_ok");
        return await().atMost(100, SECONDS)
                .pollInterval(java.time.Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> door.place(key, body), answer -> answer.status() == 201 || isFinal(answer));
    }

    /** A refused order is refused for good under its key; "in progress", "late" and "nobody there" are asked again. */
    private static boolean isFinal(Answer answer) {
        return !answer.header("location").isEmpty() && answer.status() != 504 && answer.status() != 409;
    }

    private Map<String, String> statuses() {
        var found = new LinkedHashMap<String, String>();
        var next = "";
        do {
            var page = door.get("/api/orders?limit=100&customerId=" + customer + (next.isEmpty() ? "" : "&after=" + next));
            assertThat(page.status()).as(page.toString()).isEqualTo(200);
            page.body().path("items").forEach(it -> found.put(it.path("id").asString(""), it.path("status").asString("")));
            next = page.text("next");
        } while (!next.isEmpty());
        return found;
    }
}
