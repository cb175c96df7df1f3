package io.meridian.order.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.meridian.order.FakePeers;
import io.meridian.order.WholeService;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrdersOverHttpIT extends WholeService {

    @Test
    void anOrderIsPlacedWithThePricesOfTheCatalogue() {
        var response = place(key(), body(customer(), "tok_ok", "SKU-0002", "SKU-0001"));

        assertThat(response.statusCode()).isEqualTo(201);
        var order = json(response);
        var id = order.get("id").asString();
        assertThat(header(response, "Location")).isEqualTo("/api/orders/" + id);
        assertThat(header(response, "x-served-by")).isEqualTo("order-service;v1;stable");
        assertThat(header(response, "Server-Timing")).contains("inventory.hold;dur=", "payment.authorise;dur=", "order;dur=");
        assertThat(header(response, "Idempotent-Replayed")).isEmpty();
        assertThat(order.propertyNames())
                .containsExactlyInAnyOrder("id", "status", "items", "total", "createdAt", "updatedAt");
        assertThat(order.get("status").asString()).isEqualTo("CONFIRMED");
        assertThat(order.get("items").toString())
                .isEqualTo("[{\"sku\":\"SKU-0002\",\"quantity\":2,\"unitPrice\":{\"amount\":1999,\"currency\":\"EUR\"}},"
                        + "{\"sku\":\"SKU-0001\",\"quantity\":2,\"unitPrice\":{\"amount\":1999,\"currency\":\"EUR\"}}]");
        assertThat(order.get("total").toString()).isEqualTo("{\"amount\":7996,\"currency\":\"EUR\"}");
        assertThat(Instant.parse(order.get("createdAt").asString())).isBefore(Instant.now().plusSeconds(5));
        assertThat(order.get("updatedAt").asString()).endsWith("Z");
        assertThat(get("/api/orders/" + id).body()).isEqualTo(response.body());
    }

    @Test
    void aRepeatIsAnsweredAlikeAndSaysSo() {
        var key = key();
        var body = body(customer(), "tok_ok");

        var first = place(key, body);
        var second = place(key, body.replace(":", " : "));

        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(header(second, "Location")).isEqualTo(header(first, "Location"));
        assertThat(header(second, "Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void aKeyIsTheSameWithAndWithoutItsQuotes() {
        var key = key();
        var body = body(customer(), "tok_ok");
        var first = place(key, body);

        var second = send(request("/api/orders")
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body)));

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(header(second, "Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void aKeyBelongsToOneBody() {
        var key = key();
        var customer = customer();
        place(key, body(customer, "tok_ok"));

        assertProblem(place(key, body(customer, "tok_ok", "SKU-0002")), 422, "idempotency-key-reused");
        assertThat(place(key, body(customer(), "tok_ok", "SKU-0002")).statusCode()).isEqualTo(201);
    }

    @Test
    void fiftyAtOnceUnderOneKeyMakeOneOrder() throws Exception {
        var key = key();
        var customer = customer();
        var before = count("orders");

        var responses = atOnce(50, () -> place(key, body(customer, "tok_ok")));

        assertThat(count("orders")).isEqualTo(before + 1);
        assertThat(responses).extracting(HttpResponse::statusCode).containsOnly(201, 409).contains(201);
        responses.stream()
                .filter(it -> it.statusCode() == 409)
                .forEach(it -> assertProblem(it, 409, "request-in-progress"));
        var bodies = responses.stream().filter(it -> it.statusCode() == 201).map(HttpResponse::body).distinct();
        assertThat(bodies).hasSize(1);
        assertThat(responses.stream()
                        .filter(it -> it.statusCode() == 201 && header(it, "Idempotent-Replayed").isEmpty()))
                .hasSize(1);
    }

    @Test
    void aRepeatWhileTheFirstRunsIsInProgress() throws Exception {
        var key = key();
        var body = body(customer(), "tok_ok");
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        PEERS.onAuthorise(_ -> {
            asked.countDown();
            awaitQuietly(answer);
            return null;
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> place(key, body));
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

            var second = place(key, body);
            answer.countDown();

            assertProblem(second, 409, "request-in-progress");
            assertThat(header(second, "Retry-After")).isEqualTo("1");
            assertThat(header(second, "Location")).isEqualTo(header(first.get(), "Location"));
            assertThat(first.get().statusCode()).isEqualTo(201);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tok_ok, SKU-1000, 409, out-of-stock, out-of-stock",
        "tok_ok, SKU-1001, 400, malformed, unknown-sku",
        "tok_declined, SKU-0001, 402, payment-declined, card-declined",
        "tok_insufficient_funds, SKU-0001, 402, payment-declined, insufficient-funds",
        "tok_nobody_knows, SKU-0001, 402, payment-declined, unknown-card",
        "tok_error, SKU-0001, 503, dependency-unavailable, dependency-unavailable"
    })
    void aRefusalRejectsTheOrderAndIsRepeatedAlike(String token, String sku, int status, String problem, String reason) {
        var key = key();
        var body = body(customer(), token, sku);

        var first = place(key, body);
        var second = place(key, body);

        assertProblem(first, status, problem);
        var id = json(first).get("orderId").asString();
        assertThat(json(first).get("reason").asString()).isEqualTo(reason);
        assertThat(header(first, "Location")).isEqualTo("/api/orders/" + id);
        assertProblem(second, status, problem);
        assertThat(header(second, "Idempotent-Replayed")).isEqualTo("true");
        assertThat(json(second).get("detail")).isEqualTo(json(first).get("detail"));
        assertThat(json(second).get("orderId")).isEqualTo(json(first).get("orderId"));
        var order = json(get("/api/orders/" + id));
        assertThat(order.get("status").asString()).isEqualTo("REJECTED");
        assertThat(order.get("reason").asString()).isEqualTo(reason);
        if (status == 503) {
            assertThat(header(first, "Retry-After")).isEqualTo("1");
        }
        if (sku.equals("SKU-0001")) {
            assertThat(PEERS.isReleased(id)).isTrue();
        } else {
            assertThat(json(first).get("skus").toString()).isEqualTo("[\"" + sku + "\"]");
            assertThat(json(first).get("detail").asString()).contains(sku);
            assertThat(order.has("total")).isFalse();
            assertThat(order.get("items").get(0).has("unitPrice")).isFalse();
        }
    }

    @Test
    void anInventoryThatIsAwayIsADependencyThatIsUnavailable() {
        PEERS.onHold(_ -> {
            throw Status.UNAVAILABLE.asRuntimeException();
        });

        var response = place(key(), body(customer(), "tok_ok"));

        assertProblem(response, 503, "dependency-unavailable");
        assertThat(header(response, "Retry-After")).isEqualTo("1");
    }

    @Test
    void aMissingAnswerIsADeadlineAndSettlingFinishesTheOrder() {
        var key = key();
        var body = body(customer(), "tok_ok");
        PEERS.onAuthorise(_ -> FakePeers.unknown());

        var first = place(key, body);
        var meanwhile = place(key, body);

        assertProblem(first, 504, "deadline-exceeded");
        assertThat(header(first, "x-deadline-expired")).isEqualTo("1");
        var location = header(first, "Location");
        var id = location.substring("/api/orders/".length());
        assertThat(json(first).get("orderId").asString()).isEqualTo(id);
        assertProblem(meanwhile, 409, "request-in-progress");
        var pending = json(get(location));
        assertThat(pending.get("status").asString()).isEqualTo("PENDING");
        assertThat(pending.get("total").get("amount").asLong()).isEqualTo(3_998);

        PEERS.heal();
        becomes(id, "CONFIRMED");

        var repeat = place(key, body);
        assertThat(repeat.statusCode()).isEqualTo(201);
        assertThat(header(repeat, "Idempotent-Replayed")).isEqualTo("true");
        assertThat(repeat.body()).isEqualTo(get(location).body());
    }

    @Test
    void anInventoryThatHangsIsADeadlineWithinTheBound() {
        var never = new CountDownLatch(1);
        PEERS.onHold(_ -> {
            awaitQuietly(never);
            return null;
        });

        var start = System.nanoTime();
        var response = place(key(), body(customer(), "tok_ok"));
        var tookMillis = (System.nanoTime() - start) / 1_000_000;
        never.countDown();

        assertProblem(response, 504, "deadline-exceeded");
        assertThat(tookMillis).isBetween(950L, 5_000L);
        var pending = json(get(header(response, "Location")));
        assertThat(pending.has("total")).isFalse();
    }

    @Test
    void aPaymentThatStaysUnknownRejectsAtTheBound() {
        PEERS.onAuthorise(_ -> FakePeers.unknown());
        var response = place(key(), body(customer(), "tok_ok"));
        var id = json(response).get("orderId").asString();

        becomes(id, "REJECTED");

        assertThat(json(get("/api/orders/" + id)).get("reason").asString()).isEqualTo("payment-unknown-too-long");
        assertThat(PEERS.isReleased(id)).isTrue();
    }

    @Test
    void aConfirmedOrderIsCancelledAndCancellingAgainSaysTheSame() {
        var id = confirmed();

        var first = cancel(id);
        var second = cancel(id);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(json(first).get("status").asString()).isEqualTo("CANCELLED");
        assertThat(json(first).get("reason").asString()).isEqualTo("cancelled-by-customer");
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void aRepeatAfterACancellationIsStillTheFirstAnswer() {
        var key = key();
        var body = body(customer(), "tok_ok");
        var first = place(key, body);
        cancel(json(first).get("id").asString());

        assertThat(place(key, body).body()).isEqualTo(first.body());
    }

    @Test
    void aRejectedOrderCannotBeCancelled() {
        var response = place(key(), body(customer(), "tok_declined"));

        assertProblem(cancel(json(response).get("orderId").asString()), 409, "not-cancellable");
    }

    @Test
    void anOrderThatIsCancelledWhileItIsPlacedIsNotConfirmed() throws Exception {
        var key = key();
        var body = body(customer(), "tok_ok");
        PEERS.onAuthorise(request -> {
            assertThat(cancel(request.getOrderId()).statusCode()).isEqualTo(200);
            return null;
        });

        var response = place(key, body);

        assertProblem(response, 409, "order-cancelled");
        var id = json(response).get("orderId").asString();
        assertThat(json(get("/api/orders/" + id)).get("status").asString()).isEqualTo("CANCELLED");
        var repeat = place(key, body);
        assertProblem(repeat, 409, "order-cancelled");
        assertThat(header(repeat, "Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void aPendingOrderIsCancelledAndStaysSo() {
        PEERS.onAuthorise(_ -> FakePeers.unknown());
        var id = json(place(key(), body(customer(), "tok_ok"))).get("orderId").asString();

        assertThat(cancel(id).statusCode()).isEqualTo(200);
        assertThat(json(get("/api/orders/" + id)).get("status").asString()).isEqualTo("CANCELLED");
    }

    @Test
    void anIdIsAUuidOfAnOrder() {
        for (var path : List.of("", "/events")) {
            assertProblem(get("/api/orders/0198b0a0-0000-7000-8000-000000000000" + path), 404, "not-found");
            assertProblem(get("/api/orders/1-1-1-1-1" + path), 400, "malformed");
            assertProblem(get("/api/orders/%27%20OR%201=1" + path), 400, "malformed");
        }
        assertProblem(cancel("0198b0a0-0000-7000-8000-000000000000"), 404, "not-found");
        assertProblem(cancel("nothing"), 400, "malformed");
    }

    @Test
    void pagesWalkFromTheNewestToTheOldestWhileOthersCome() {
        var customer = customer();
        var placed = new ArrayList<String>();
        IntStream.range(0, 11)
                .forEach(_ -> placed.add(json(place(key(), body(customer, "tok_ok"))).get("id").asString()));

        var seen = new ArrayList<String>();
        var after = "";
        do {
            var page = json(get("/api/orders?limit=3&customerId=" + customer + "&after=" + after));
            page.get("items").forEach(it -> seen.add(it.get("id").asString()));
            after = page.has("next") ? page.get("next").asString() : "";
            place(key(), body(customer, "tok_ok")); // comes while the pages are turned
        } while (!after.isEmpty());

        assertThat(seen).containsExactlyElementsOf(placed.reversed());
        assertThat(json(get("/api/orders?customerId=" + customer())).toString()).isEqualTo("{\"items\":[]}");
        assertThat(json(get("/api/orders?limit=2")).get("items")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"limit=0", "limit=101", "limit=x", "limit=-1", "limit=2147483648", "after=nothing", "customerId=a%20b"})
    void aPageThatCannotBeIsRefused(String query) {
        assertProblem(get("/api/orders?" + query), 400, "malformed");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static <A> List<A> atOnce(int many, Callable<A> work) throws Exception {
        var together = new CyclicBarrier(many);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = threads.invokeAll(IntStream.range(0, many)
                    .<Callable<A>>mapToObj(_ -> () -> {
                        together.await();
                        return work.call();
                    })
                    .toList());
            var answers = new ArrayList<A>();
            for (Future<A> one : all) {
                answers.add(one.get());
            }
            return answers;
        }
    }
}
