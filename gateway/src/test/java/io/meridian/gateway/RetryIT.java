package io.meridian.gateway;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.meridian.deadline.gateway.BudgetFilter;
import io.meridian.deadline.gateway.DispatchFilter;
import io.meridian.gateway.FakeService.Answer;
import io.meridian.gateway.repeating.RetryFilter;
import io.meridian.gateway.routing.TargetFilter;
import io.meridian.gateway.routing.UpstreamFaultFilter;
import io.netty.channel.ChannelOption;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** What is sent a second time, and what never is. */
class RetryIT extends GatewayFixture {

    private static final Answer BREAKS = (request, _, _) -> broken(request);

    /** So that a repetition can be paid for, whatever was repeated in the same second. */
    @BeforeEach
    void earn() {
        IntStream.range(0, 10).forEach(_ -> {
            get("/api/orders/0195");
            get("/api/inventory/SKU-0001");
        });
        orders.forget();
        inventory.forget();
    }

    @Autowired
    private List<GlobalFilter> filters;

    /** Decision 12. Each is outside of those that follow it. */
    @Test
    void filtersStandInTheirOrder() {
        var standing = new ArrayList<>(filters);
        AnnotationAwareOrderComparator.sort(standing);

        assertThat(standing).extracting(Object::getClass).containsSubsequence(List.of(
                UpstreamFaultFilter.class,
                BudgetFilter.class,
                NettyWriteResponseFilter.class,
                RetryFilter.class,
                TargetFilter.class,
                DispatchFilter.class,
                NettyRoutingFilter.class));
    }

    // What is

    @Test
    void readWhoseConnectionBreaksIsAnsweredByTheSecondAttempt() {
        inventory.answers(first(BREAKS));

        var answer = get("/api/inventory/SKU-0001");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("whole");
        assertThat(inventory.asked).extracting(it -> it.headers().get("x-attempt")).containsExactly("1", "2");
        assertThat(inventory.asked).extracting(FakeService.Asked::uri).containsOnly("/api/inventory/SKU-0001");
    }

    @Test
    void readThatIsPushedBackComesAgainAndNothingOfTheRefusalIsLeft() {
        inventory.answers(first((_, response, _) -> response.status(503)
                .header("Retry-After", "0")
                .header("x-refused", "1")
                .header("content-type", "application/problem+json")
                .sendString(Mono.just("{}"))));

        var answer = get("/api/inventory/SKU-0001");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("whole");
        assertThat(answer.headers().map()).doesNotContainKeys("x-refused", "retry-after", "content-type");
        assertThat(inventory.asked).hasSize(2);
    }

    @Test
    void headIsRepeatedToo() {
        inventory.answers(first(BREAKS));

        assertThat(send("HEAD", "/api/inventory/SKU-0001", BodyPublishers.noBody()).statusCode()).isEqualTo(200);
        assertThat(inventory.asked).hasSize(2);
    }

    @Test
    void keyedPostComesAgainWithTheSameKeyAndTheSameBody() {
        orders.answers(first(BREAKS));
        var body = "{\"a\":\"" + "x".repeat(20_000) + "\"}";

        var answer = post("/api/orders", body, "Idempotency-Key", "\"k-1\"");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(orders.asked).hasSize(2).allSatisfy(it -> {
            assertThat(it.body()).isEqualTo(body);
            assertThat(it.headers().get("Idempotency-Key")).isEqualTo("\"k-1\"");
        });
        assertThat(orders.asked).extracting(it -> it.headers().get("x-attempt")).containsExactly("1", "2");
    }

    @Test
    void keyedPostWithoutABodyIsRepeated() {
        orders.answers(first(BREAKS));

        assertThat(post("/api/orders/0195/cancel", "", "Idempotency-Key", "\"k-1\"").statusCode())
                .isEqualTo(200);
        assertThat(orders.asked).hasSize(2);
    }

    @Test
    void bothAttemptsShareTheDeadline() {
        inventory.answers((request, _, seen) ->
                "1".equals(seen.headers().get("x-attempt")) ? Mono.delay(Duration.ofMillis(150)).then(broken(request)) : Mono.never());
        var begun = Instant.now();

        var answer = get("/api/inventory/SKU-0001", "x-request-timeout-ms", "600");

        assertProblem(answer, 504, "deadline-exceeded");
        assertThat(Instant.now()).isBetween(begun.plusMillis(590), begun.plus(ofSeconds(15)));
        assertThat(inventory.asked).hasSize(2);
        var first = Double.parseDouble(inventory.asked.get(0).headers().get("x-request-timeout-ms"));
        var second = Double.parseDouble(inventory.asked.get(1).headers().get("x-request-timeout-ms"));
        assertThat(second).isLessThan(first - 140);
    }

    @Test
    void refusedConnectionsAreTriedTwiceAndTold() {
        payments.stop();

        assertProblem(get("/api/payments/0195"), 503, "dependency-unavailable");
    }

    @Test
    void droppedAnswersGiveTheirConnectionsBack() {
        var count = new AtomicInteger();
        inventory.answers((_, response, _) -> count.incrementAndGet() % 20 == 1
                ? response.status(503).header("Retry-After", "0").sendString(Mono.just("busy"))
                : response.sendString(Mono.just("whole")));

        // The pool has 8 connections.
        assertThat(IntStream.range(0, 400).map(_ -> get("/api/inventory/SKU-0001").statusCode())).containsOnly(200);
    }

    // What never is

    @ParameterizedTest
    @CsvSource({
        "404, x-none, 1",
        "409, Retry-After, 0",
        "429, Retry-After, 0",
        "500, x-none, 1",
        "502, Retry-After, 0",
        "503, x-none, 1",
        "503, Retry-After, 1", // there is 1 s in all
        "504, x-none, 1",
        "504, x-deadline-expired, 1"
    })
    void answerOfAServicePassesAfterOneAttempt(int status, String header, String value) {
        inventory.answers((_, response, _) ->
                response.status(status).header(header, value).sendString(Mono.just("as it is")));

        var answer = get("/api/inventory/SKU-0001");

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo("as it is");
        assertThat(header(answer, header)).isEqualTo(value);
        assertThat(inventory.asked).hasSize(1);
    }

    @Test
    void refusalThatNamesAnOrderIsItsAnswer() {
        orders.answers((_, response, _) -> response.status(503)
                .header("Retry-After", "0")
                .header("Location", "/api/orders/0195")
                .sendString(Mono.just("{}")));

        assertThat(post("/api/orders", "{}", "Idempotency-Key", "\"k-1\"").statusCode()).isEqualTo(503);
        assertThat(orders.asked).hasSize(1);
    }

    @Test
    void postWithoutAKeyIsNeverRepeated() {
        orders.answers(BREAKS);
        assertProblem(post("/api/orders", "{}"), 503, "dependency-unavailable");

        orders.answers((_, response, _) ->
                response.status(503).header("Retry-After", "0").sendString(Mono.just("busy")));
        assertThat(post("/api/orders", "{}").statusCode()).isEqualTo(503);

        assertThat(orders.asked).hasSize(2);
        assertThat(orders.asked).noneMatch(it -> it.headers().contains("x-attempt"));
    }

    @Test
    void keyedPostWhoseLengthIsNotSaidIsNeverRepeated() {
        orders.answers(BREAKS);

        var answer = send(
                "POST",
                "/api/orders",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8))),
                "Idempotency-Key",
                "\"k-1\"");

        assertProblem(answer, 503, "dependency-unavailable");
        assertThat(orders.asked).hasSize(1);
    }

    @Test
    void readWithABodyIsNeverRepeated() {
        orders.answers(BREAKS);

        assertProblem(send("GET", "/api/orders/0195", BodyPublishers.ofString("{}")), 503, "dependency-unavailable");
        assertThat(orders.asked).hasSize(1);
    }

    @Test
    void streamIsNeverRepeated() {
        orders.answers(BREAKS);

        assertProblem(get("/api/orders/0195/events"), 503, "dependency-unavailable");
        assertThat(orders.asked).hasSize(1);
    }

    @Test
    void callOverGrpcIsNeverRepeated() throws InterruptedException {
        grpc.getOrder = (_, answer) -> {
            var trailers = new io.grpc.Metadata();
            trailers.put(io.grpc.Metadata.Key.of("grpc-retry-pushback-ms", io.grpc.Metadata.ASCII_STRING_MARSHALLER), "0");
            answer.onError(Status.UNAVAILABLE.asRuntimeException(trailers));
        };
        var channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            assertThatThrownBy(() ->
                            ClientCalls.blockingUnaryCall(channel, FakeGrpc.GET_ORDER, CallOptions.DEFAULT, "a"))
                    .isInstanceOf(StatusRuntimeException.class);
        } finally {
            channel.shutdownNow().awaitTermination(30, SECONDS);
        }
        assertThat(grpc.asked).hasSize(1);
    }

    @Test
    void nothingIsRepeatedAfterTheDeadline() {
        inventory.answers((request, _, _) -> Mono.delay(Duration.ofMillis(400)).then(broken(request)));

        assertProblem(get("/api/inventory/SKU-0001", "x-request-timeout-ms", "200"), 504, "deadline-exceeded");
        assertThat(inventory.asked).hasSize(1);
    }

    @Test
    void nothingIsRepeatedForWhomTooLittleTimeIsLeft() {
        inventory.answers((request, _, _) -> Mono.delay(Duration.ofMillis(385)).then(broken(request)));

        get("/api/inventory/SKU-0001", "x-request-timeout-ms", "400");

        assertThat(inventory.asked).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void numberThatAClientSaysIsTakenAway(String method) {
        send(method, "/api/orders/0195", BodyPublishers.noBody(), "x-attempt", "7");

        assertThat(orders.asked).singleElement().satisfies(it -> assertThat(it.headers().getAll("x-attempt"))
                .isEqualTo(method.equals("GET") ? List.of("1") : List.of()));
    }

    // How many

    @Test
    void totalOutageIsAskedAtMostAFifthMoreThanThereAreRequests() {
        breakers.circuitBreaker("payments").transitionToDisabledState(); // it would end the outage for the service
        payments.answers(BREAKS);

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 4).forEach(_ -> threads.submit(() -> IntStream.range(0, 125)
                    .forEach(_ -> assertThat(get("/api/payments/0195").statusCode()).isEqualTo(503))));
        }

        assertThat(payments.asked.size()).isBetween(501, 600);
    }

    /** Answers the first attempt so, and the next as if nothing were amiss. */
    private static Answer first(Answer answer) {
        return (request, response, seen) -> "1".equals(seen.headers().get("x-attempt"))
                ? answer.to(request, response, seen)
                : response.sendString(Mono.just("whole"));
    }

    private static Mono<Void> broken(HttpServerRequest request) {
        return Mono.<Void>fromRunnable(() -> request.withConnection(connection -> {
                    connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                    connection.channel().close();
                }))
                .then(Mono.never());
    }
}
