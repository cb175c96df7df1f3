package io.meridian.gateway;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

@ExtendWith(OutputCaptureExtension.class)
class RoutingIT extends GatewayFixture {

    @ParameterizedTest
    @CsvSource({
        "GET, /api/orders?customerId=c-1&limit=3, orders",
        "POST, /api/orders, orders",
        "GET, /api/orders/0195?x=%25%2F%20%C3%A4, orders",
        "POST, /api/orders/0195/cancel, orders",
        "GET, /api/orders/0195/events, orders",
        "GET, /api/inventory?after=SKU-0001, inventory",
        "GET, /api/inventory/SKU-0001, inventory",
        "GET, /api/payments/0195, payments"
    })
    void pathGoesToTheServiceThatOwnsItAsItWasSent(String method, String path, String service) {
        var answer = send(method, path, BodyPublishers.ofString(method.equals("POST") ? "{\"a\":1}" : ""));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"fake\":true}");
        var owner = Objects.requireNonNull(
                Map.of("orders", orders, "inventory", inventory, "payments", payments).get(service));
        assertThat(owner.asked).singleElement().satisfies(asked -> {
            assertThat(asked.method()).isEqualTo(method);
            assertThat(asked.uri()).isEqualTo(path);
            assertThat(asked.body()).isEqualTo(method.equals("POST") ? "{\"a\":1}" : "");
        });
        assertThat(orders.asked.size() + inventory.asked.size() + payments.asked.size()).isEqualTo(1);
    }

    @Test
    void headIsAnsweredWithoutABody() {
        var answer = send("HEAD", "/api/inventory/SKU-0001", BodyPublishers.noBody());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void clientOfHttp2IsServedOnTheSamePort() throws Exception {
        try (var http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            var answer = http2.send(request("GET", "/api/inventory/SKU-0001", BodyPublishers.noBody()), BodyHandlers.ofString());

            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo("{\"fake\":true}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /api/orders, 'GET, HEAD, POST'",
        "PUT, /api/orders/0195, 'GET, HEAD, POST'",
        "POST, /api/inventory/SKU-0001, 'GET, HEAD'",
        "PATCH, /api/payments/0195, 'GET, HEAD'"
    })
    void otherMethodIsRefusedHereAndTheRightOnesAreNamed(String method, String path, String allowed) {
        var answer = send(method, path, BodyPublishers.ofString("{}"));

        assertProblem(answer, 405, "method-not-allowed");
        assertThat(header(answer, "allow")).isEqualTo(allowed);
        assertThat(orders.asked).isEmpty();
        assertThat(inventory.asked).isEmpty();
        assertThat(payments.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/api/", "/api/nothing", "/nothing", "/actuator", "/actuator/health", "/API/orders", "/order.v1.OrderService/GetOrder"})
    void whatIsNotPublicDoesNotExist(String path) {
        assertProblem(get(path), 404, "not-found");
    }

    @Test
    void answerOfAServicePassesAsItIs() {
        inventory.answers((_, response, _) -> response.status(409)
                .header("content-type", "application/problem+json")
                .header("Location", "/api/orders/0195")
                .header("x-other", "kept")
                .sendString(Mono.just("{\"type\":\"/problems/out-of-stock\"}")));

        var answer = get("/api/inventory/SKU-0001");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).isEqualTo("{\"type\":\"/problems/out-of-stock\"}");
        assertThat(header(answer, "location")).isEqualTo("/api/orders/0195");
        assertThat(header(answer, "x-other")).isEqualTo("kept");
    }

    @Test
    void everyAnswerSaysWhoServedItHowLongItTookAndUnderWhichTrace() {
        var passed = get("/api/inventory/SKU-0001");
        var refused = get("/api/nothing");

        assertThat(header(passed, "x-served-by")).isEqualTo("fake-service;v7;stable");
        assertThat(header(passed, "server-timing")).matches("fake;dur=1\\.0, granted;dur=[0-9.]+, left;dur=[0-9.]+, gateway;dur=[0-9.]+");
        assertThat(header(passed, "x-trace-id")).matches("[0-9a-f]{32}");
        assertThat(header(refused, "x-served-by")).matches("gateway;[^;]+;stable");
        assertThat(header(refused, "server-timing")).matches("gateway;dur=[0-9.]+");
        assertThat(header(refused, "x-trace-id")).isEqualTo(json(refused).path("traceId").asString());
    }

    @Test
    void whatOnlyThePlatformMaySayIsTakenAwayAndTheRestPasses() {
        get(
                "/api/inventory/SKU-0001",
                "x-canary", "v2;canary;forged",
                "x-canary-arm", "canary",
                "x-served-by", "me",
                "x-forwarded-for", "198.51.100.1",
                "x-forwarded-host", "evil.example",
                "forwarded", "for=198.51.100.1",
                "x-customer-id", "c-1",
                "baggage", "admin=true",
                "te", "trailers",
                "proxy-authorization", "Basic eA==",
                "keep-alive", "timeout=5",
                "x-request-timeout-ms", "700",
                "last-event-id", "3",
                "accept-language", "de");

        var sent = inventory.asked.getFirst().headers();
        assertThat(sent.names().stream().map(String::toLowerCase))
                .doesNotContain(
                        "x-canary", "x-canary-arm", "x-served-by", "x-forwarded-for", "x-forwarded-host", "forwarded",
                        "x-customer-id", "baggage", "te", "proxy-authorization", "keep-alive")
                .contains("x-request-timeout-ms", "last-event-id", "accept-language");
    }

    @Test
    void headerNamedByConnectionIsTakenAway() {
        raw("GET /api/inventory/SKU-0001 HTTP/1.1\r\nHost: a\r\nX-Hop: 1\r\nConnection: close, x-hop\r\n\r\n");

        assertThat(inventory.asked.getFirst().headers().contains("x-hop")).isFalse();
    }

    @Test
    void traceOfTheCallerIsContinued() {
        var trace = "0af7651916cd43dd8448eb211c80319c";

        var answer = get("/api/inventory/SKU-0001", "traceparent", "00-" + trace + "-b7ad6b7169203331-01");

        assertThat(header(answer, "x-trace-id")).isEqualTo(trace);
        assertThat(inventory.asked.getFirst().headers().getAll("traceparent"))
                .singleElement()
                .asString()
                .matches("00-" + trace + "-[0-9a-f]{16}-01")
                .doesNotContain("b7ad6b7169203331");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"
            })
    void malformedTraceIsNotContinued(String traceparent) {
        var answer = get("/api/inventory/SKU-0001", "traceparent", traceparent);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "x-trace-id"))
                .matches("[0-9a-f]{32}")
                .isNotEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(inventory.asked.getFirst().headers().getAll("traceparent"))
                .singleElement()
                .asString()
                .contains(header(answer, "x-trace-id"));
    }

    @Test
    void deadServiceIsADependencyThatIsUnavailable() {
        payments.stop();

        var answer = get("/api/payments/0195");

        assertProblem(answer, 503, "dependency-unavailable");
        assertThat(header(answer, "retry-after")).matches("[1-9][0-9]*");
    }

    @Test
    void serviceThatAnswersTooLateIsADeadlineThatPassed() {
        inventory.answers((_, _, _) -> Mono.never());
        var asked = Instant.now();

        var answer = get("/api/inventory/SKU-0001");

        assertProblem(answer, 504, "deadline-exceeded");
        assertThat(header(answer, "x-deadline-expired")).isEqualTo("1");
        assertThat(Instant.now()).isBetween(asked.plusMillis(900), asked.plusSeconds(20));
    }

    @Test
    void connectionThatBreaksBeforeTheAnswerIsToldAndTheRequestNotRepeated() {
        orders.answers((request, response, _) -> {
            request.withConnection(connection -> {
                connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                connection.channel().close();
            });
            return Mono.never();
        });

        assertProblem(post("/api/orders", "{\"a\":1}"), 503, "dependency-unavailable");
        assertThat(orders.asked).hasSize(1);
    }

    @Test
    void answerThatBreaksOffIsNotTakenForAWholeOne() {
        inventory.answers((request, response, _) -> {
            request.withConnection(connection ->
                    Mono.delay(ofSeconds(1)).subscribe(_ -> connection.channel().close()));
            return response.sendString(Flux.just("half of ").concatWith(Flux.never()));
        });

        assertThatThrownBy(() -> client.send(
                        request("GET", "/api/inventory/SKU-0001", BodyPublishers.noBody()), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void restartedServiceIsUsedWithoutAnError() {
        for (var restart = 0; restart < 3; restart++) {
            assertThat(IntStream.range(0, 12).parallel().map(_ -> get("/api/orders/0195").statusCode()))
                    .containsOnly(200);
            orders.stop();
            orders.start();

            assertThat(IntStream.range(0, 20)
                            .map(each -> each % 2 == 0
                                    ? get("/api/orders/0195").statusCode()
                                    : post("/api/orders", "{}").statusCode()))
                    .as("after restart %d", restart)
                    .containsOnly(200);
        }
    }

    @Test
    void connectionsAreUsedAgain() {
        IntStream.range(0, 500).forEach(_ -> get("/api/inventory/SKU-0001"));

        assertThat(inventory.asked).hasSize(500);
        assertThat(inventory.connections).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void requestsBeyondThePoolAreRefusedWhileTheOthersAreStillServed() throws Exception {
        var held = Sinks.<String>one();
        inventory.answers((_, response, _) -> response.sendHeaders().sendString(held.asMono()));

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(0, 24)
                    .mapToObj(_ -> threads.submit(() -> get("/api/inventory/SKU-0001")))
                    .toList();
            await().atMost(ofSeconds(20)).until(() -> running.stream().filter(Future::isDone).count() == 16);
            held.tryEmitValue("whole");

            var answers = new ArrayList<HttpResponse<String>>();
            for (var each : running) {
                answers.add(each.get());
            }
            assertThat(answers.stream().filter(it -> it.statusCode() == 200)).hasSize(8).allSatisfy(it -> assertThat(it.body())
                    .isEqualTo("whole"));
            assertThat(answers.stream().filter(it -> it.statusCode() != 200)).hasSize(16).allSatisfy(it -> {
                assertProblem(it, 503, "overloaded");
                assertThat(header(it, "retry-after")).matches("[1-9][0-9]*");
            });
        }
    }

    @Test
    void oneLineIsWrittenPerRequestWithoutItsQuery(CapturedOutput output) {
        get("/api/inventory/SKU-0777?secret=tok_4711");
        get("/api/nothing-like-it?secret=tok_4711");

        await().atMost(ofSeconds(30)).untilAsserted(() -> {
            assertThat(output.getOut().lines().filter(it -> it.contains("/api/inventory/SKU-0777") && it.contains("durationMs")))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("\"route\":\"inventory\"", "\"method\":\"GET\"", "\"status\":200", "\"traceId\":\"");
            assertThat(output.getOut().lines().filter(it -> it.contains("/api/nothing-like-it") && it.contains("durationMs")))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("\"status\":404", "\"traceId\":\"");
        });
        assertThat(output.getAll()).doesNotContain("tok_4711");
    }
}
