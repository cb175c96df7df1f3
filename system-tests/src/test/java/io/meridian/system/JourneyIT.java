package io.meridian.system;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.system.Door.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a customer does, end to end. */
@ResourceLock(RunningPlatform.SHARED)
@ExtendWith(RunningPlatform.class)
class JourneyIT {

    private final Meridian meridian;
    private final Door door;
    private final String customer = "c-" + UUID.randomUUID();

    JourneyIT(Meridian meridian) {
        this.meridian = meridian;
        this.door = meridian.gateway();
    }

    @Test
    void placedOrderIsConfirmedThenSoldAndCaptured() {
        var before = door.get("/api/inventory/SKU-0002");

        var placed = door.place(Door.freshKey(), Door.order(customer, "SKU-0002", 3, "tok_ok"));

        assertThat(placed.status()).as(placed.toString()).isEqualTo(201);
        assertThat(placed.header("location")).endsWith("/api/orders/" + placed.text("id"));
        assertThat(placed.text("status")).isEqualTo("CONFIRMED");
        var price = placed.body().at("/items/0/unitPrice/amount").asLong();
        assertThat(price).isEqualTo(before.body().at("/unitPrice/amount").asLong());
        assertThat(placed.body().at("/total/amount").asLong()).isEqualTo(3 * price);
        assertThat(placed.body().at("/total/currency").asString()).isEqualTo("EUR");
        eventually(() -> {
            assertThat(door.get("/api/payments/" + placed.text("id")).text("status"))
                    .isEqualTo("CAPTURED");
            var after = door.get("/api/inventory/SKU-0002").body();
            assertThat(after.path("sold").asLong())
                    .isEqualTo(before.body().path("sold").asLong() + 3);
            assertThat(after.path("onHand").asLong())
                    .isEqualTo(before.body().path("onHand").asLong() - 3);
        });
        assertThat(door.get("/api/orders/" + placed.text("id")).body()).isEqualTo(placed.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tok_declined", "tok_insufficient_funds", "tok_nobody_knows"})
    void refusedCardReleasesTheStockAndTakesNoMoney(String card) {
        var before = door.get("/api/inventory/SKU-0003").body().path("onHand").asLong();

        var refused = door.place(Door.freshKey(), Door.order(customer, "SKU-0003", 2, card));

        assertProblem(refused, 402, "payment-declined");
        assertThat(door.get("/api/orders/" + refused.orderId()).text("status")).isEqualTo("REJECTED");
        assertThat(door.get("/api/payments/" + refused.orderId()).text("status"))
                .isEqualTo("DECLINED");
        eventually(() -> {
            var product = door.get("/api/inventory/SKU-0003").body();
            assertThat(product.path("onHand").asLong()).isEqualTo(before);
            assertThat(product.path("held").asLong()).isZero();
        });
    }

    @Test
    void shortageAnswersOutOfStockAndChargesNothing() {
        var refused = door.place(Door.freshKey(), Door.order(customer, "SKU-1000", 1, "tok_ok"));

        assertProblem(refused, 409, "out-of-stock");
        assertThat(refused.toString()).contains("SKU-1000");
        assertThat(door.get("/api/payments/" + refused.orderId()).status()).isEqualTo(404);
    }

    @Test
    void cancelledOrderIsRefundedAndRestocked() {
        var before = door.get("/api/inventory/SKU-0004").body().path("onHand").asLong();
        var placed = door.place(Door.freshKey(), Door.order(customer, "SKU-0004", 5, "tok_ok"));
        eventually(() -> assertThat(door.get("/api/payments/" + placed.text("id")).text("status"))
                .isEqualTo("CAPTURED"));

        var cancelled = door.cancel(placed.text("id"));
        var again = door.cancel(placed.text("id"));

        assertThat(cancelled.status()).as(cancelled.toString()).isEqualTo(200);
        assertThat(cancelled.text("status")).isEqualTo("CANCELLED");
        assertThat(again.body()).isEqualTo(cancelled.body());
        eventually(() -> {
            assertThat(door.get("/api/payments/" + placed.text("id")).text("status"))
                    .isEqualTo("REFUNDED");
            assertThat(door.get("/api/inventory/SKU-0004").body().path("onHand").asLong())
                    .isEqualTo(before);
        });
    }

    @Test
    void rejectedOrderCannotBeCancelled() {
        var refused = door.place(Door.freshKey(), Door.order(customer, "SKU-0005", 1, "tok_declined"));

        assertProblem(door.cancel(refused.orderId()), 409, "not-cancellable");
    }

    @Test
    void slowCardIsWaitedFor() {
        var placed = door.place(Door.freshKey(), Door.order(customer, "SKU-0006", 1, "tok_slow_300"));

        assertThat(placed.status()).as(placed.toString()).isEqualTo(201);
    }

    @Test
    void providerFailureRejectsTheOrderAndTakesNothing() {
        var failed = door.place(Door.freshKey(), Door.order(customer, "SKU-0007", 1, "tok_error"));

        assertProblem(failed, 503, "dependency-unavailable");
        assertThat(failed.header("retry-after")).matches("[1-9][0-9]*");
        assertThat(door.get("/api/orders/" + failed.orderId()).text("status")).isEqualTo("REJECTED");
        eventually(() -> assertThat(
                        door.get("/api/inventory/SKU-0007").body().path("held").asLong())
                .isZero());
    }

    @Test
    void unansweredPaymentEndsByItselfAndTheKeyFindsIt() {
        var key = Door.freshKey();
        var body = Door.order(customer, "SKU-0008", 1, "tok_timeout");

        var late = door.place(key, body);

        assertProblem(late, 504, "deadline-exceeded");
        assertThat(late.header("x-deadline-expired")).isEqualTo("1");
        await().atMost(90, SECONDS)
                .untilAsserted(() -> assertThat(
                                door.get("/api/orders/" + late.orderId()).text("status"))
                        .isEqualTo("CONFIRMED"));
        var repeated = door.place(key, body);
        assertThat(repeated.status()).as(repeated.toString()).isEqualTo(201);
        assertThat(repeated.text("id")).isEqualTo(late.orderId());
        eventually(() -> assertThat(door.get("/api/payments/" + late.orderId()).text("status"))
                .isEqualTo("CAPTURED"));
    }

    @Test
    void sameKeyFiftyTimesAtOnceMakesOneOrder() throws Exception {
        var key = Door.freshKey();
        var body = Door.order(customer, "SKU-0009", 1, "tok_slow_200");

        var answers = atOnce(50, () -> door.place(key, body));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(201, 409));
        assertThat(answers.stream().filter(it -> it.status() == 201).map(it -> it.text("id")))
                .isNotEmpty()
                .containsOnly(onlyOrderOfCustomer().text("id"));
        assertThat(answers.stream().filter(it -> it.status() == 409).map(it -> it.text("type")))
                .allMatch("/problems/request-in-progress"::equals);
        var repeated = door.place(key, body);
        assertThat(repeated.status()).isEqualTo(201);
        assertThat(repeated.header("idempotent-replayed")).isEqualTo("true");
        assertProblem(
                door.place(key, Door.order(customer, "SKU-0009", 2, "tok_ok")), 422, "idempotency-key-reused");
    }

    @Test
    void streamShowsEveryStateInOrder() {
        var placed = door.place(Door.freshKey(), Door.order(customer, "SKU-0010", 1, "tok_ok"));

        var steps = door.stream(placed.text("id"), _ -> false).stream()
                .map(it -> it.path("status").asString(it.path("step").asString("")))
                .toList();

        assertThat(steps).startsWith("PENDING", "CONFIRMED");
        assertThat(steps.subList(2, steps.size()))
                .containsExactlyInAnyOrder("STOCK_COMMITTED", "PAYMENT_CAPTURED");
    }

    @Test
    void pagesHoldTheWholeCatalogueOnce() {
        var skus = new ArrayList<String>();
        var next = "";
        do {
            var page = door.get("/api/inventory?limit=97" + (next.isEmpty() ? "" : "&after=" + next));
            page.body().path("items").forEach(it -> skus.add(it.path("sku").asString("")));
            next = page.text("next");
        } while (!next.isEmpty());

        assertThat(skus).hasSize(1_000).isSorted().doesNotHaveDuplicates();
        assertThat(skus).first().isEqualTo("SKU-0001");
        assertThat(skus).last().isEqualTo("SKU-1000");
        assertThat(door.get("/api/inventory/SKU-1000").body().path("available").asLong()).isZero();
    }

    @Test
    void ordersOfACustomerComeNewestFirstInPages() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            ids.addFirst(door.place(Door.freshKey(), Door.order(customer, "SKU-0011", 1, "tok_ok"))
                    .text("id"));
        }

        var first = door.get("/api/orders?limit=3&customerId=" + customer);
        var second = door.get("/api/orders?limit=3&customerId=" + customer + "&after=" + first.text("next"));

        assertThat(Stream.of(first, second)
                        .flatMap(page -> StreamSupport.stream(page.body().path("items").spliterator(), false))
                        .map(it -> it.path("id").asString("")))
                .containsExactlyElementsOf(ids);
        assertThat(second.text("next")).isEmpty();
    }

    @Test
    void everyAnswerSaysWhoServedItAndWhichTraceItBelongsTo() {
        var placed = door.place(Door.freshKey(), Door.order(customer, "SKU-0012", 1, "tok_ok"));

        assertThat(placed.header("x-served-by")).isEqualTo("order-service;v1;stable");
        assertThat(placed.header("x-trace-id")).matches("[0-9a-f]{32}");
        assertThat(placed.header("server-timing"))
                .contains("gateway;dur=", "order;dur=", "inventory.hold;dur=", "payment.authorise;dur=");
        assertThat(door.get("/nowhere").header("x-served-by")).isEqualTo("gateway;v1;stable");
        assertThat(door.get("/api/inventory/SKU-0001").header("x-served-by"))
                .isEqualTo("inventory-service;v1;stable");
    }

    @Test
    void oneTraceReachesFromTheGatewayToTheLastConsumer() {
        var trace = UUID.randomUUID().toString().replace("-", "");

        var placed = door.send(
                "POST",
                "/api/orders",
                java.net.http.HttpRequest.BodyPublishers.ofString(Door.order(customer, "SKU-0013", 1, "tok_ok")),
                "idempotency-key",
                Door.freshKey(),
                "content-type",
                "application/json",
                "traceparent",
                "00-" + trace + "-00f067aa0ba902b7-01");

        assertThat(placed.header("x-trace-id")).isEqualTo(trace);
        eventually(() -> {
            assertThat(meridian.logLines("gateway", trace)).isNotEmpty();
            assertThat(meridian.logLines("order-service", trace)).anyMatch(it -> it.contains("order CONFIRMED"));
            assertThat(meridian.logLines("inventory-service", trace)).anyMatch(it -> it.contains("committed"));
            assertThat(meridian.logLines("payment-service", trace)).anyMatch(it -> it.contains("captured"));
            assertThat(meridian.logLines("order-service", trace))
                    .as("the order follows what payment announced")
                    .anyMatch(it -> it.contains("payment.v1.PaymentCaptured"));
        });
    }

    @Test
    void everyServiceShowsItsMetricsAndHealth() {
        door.place(Door.freshKey(), Door.order(customer, "SKU-0014", 1, "tok_ok"));

        for (var service : Meridian.SERVICES) {
            var management = meridian.management(service);
            assertThat(management.get("/livez").status()).as(service).isEqualTo(200);
            assertThat(management.get("/readyz").status()).as(service).isEqualTo(200);
            assertThat(management.get("/actuator/prometheus").response().body())
                    .as(service)
                    .contains("jvm_memory_used_bytes", "http_server_requests_seconds_bucket");
        }
    }

    @Test
    void gatewayShowsItsDocument() {
        assertThat(door.get("/openapi.json").body().path("openapi").asString("")).startsWith("3.");
        assertThat(door.get("/openapi.json").body().path("paths").propertyNames())
                .contains("/api/orders", "/api/orders/{orderId}", "/api/inventory/{sku}", "/api/payments/{orderId}");
        assertThat(door.get("/docs", "accept", "text/html").status()).isIn(200, 302, 303, 307);
    }

    private Answer onlyOrderOfCustomer() {
        var page = door.get("/api/orders?customerId=" + customer);
        assertThat(page.body().path("items").size()).isEqualTo(1);
        return door.get("/api/orders/" + page.body().at("/items/0/id").asString(""));
    }

    static void assertProblem(Answer answer, int status, String name) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("content-type")).startsWith("application/problem+json");
        assertThat(answer.text("type")).isEqualTo("/problems/" + name);
        assertThat(answer.body().path("status").asInt()).isEqualTo(status);
        assertThat(answer.text("traceId")).matches("[0-9a-f]{32}");
    }

    static void eventually(org.awaitility.core.ThrowingRunnable claim) {
        await().atMost(60, SECONDS).untilAsserted(claim);
    }

    private static <T> List<T> atOnce(int times, Callable<T> call) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<T>>();
            for (int i = 0; i < times; i++) {
                calls.add(call);
            }
            return threads.invokeAll(calls).stream().map(JourneyIT::result).toList();
        }
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
