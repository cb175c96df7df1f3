package io.meridian.gateway;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Stage;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Placing may take 30 s here, so that what ends sooner was ended by something else; reading may take 1 s. */
@TestPropertySource(properties = "meridian.gateway.routing.timeouts.placing=30s")
@Import(DeadlineIT.Listening.class)
class DeadlineIT extends GatewayFixture {

    /** For what must happen long before placing would time out. */
    private static final Duration SOON = ofSeconds(15);

    private static final Pattern LEFT = Pattern.compile("(?:.*, )?granted;dur=([0-9.]+), left;dur=([0-9.]+), gateway;dur=[0-9.]+");

    @Autowired
    private Heard heard;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch upstreamGone = new CountDownLatch(1);

    @BeforeEach
    void listen() {
        heard.forget();
    }

    /** Whatever a test does: what was opened is closed, and what was granted has returned. */
    @AfterEach
    void nothingIsLeftOpen() {
        await().atMost(ofSeconds(60)).untilAsserted(() -> {
            assertThat(heard.opened).hasValue(heard.closed.get());
            assertThat(heard.granted).hasValue(heard.returned.get());
        });
    }

    // What the service is told

    @Test
    void serviceIsToldWhatIsLeftAndNothingElseOfTimeouts() {
        var answer = get(
                "/api/inventory/SKU-0001",
                "x-request-timeout-ms", "700",
                "x-envoy-expected-rq-timeout-ms", "5000",
                "x-envoy-upstream-rq-timeout-ms", "5000",
                "grpc-timeout", "9S",
                "Finagle-Ctx-com.twitter.finagle.Deadline", "1 2");

        assertThat(answer.statusCode()).isEqualTo(200);
        var sent = inventory.asked.getFirst().headers();
        assertThat(sent.getAll("x-request-timeout-ms")).hasSize(1);
        assertThat(timeoutTold()).isBetween(1.0, 695.0);
        assertThat(sent.names().stream().map(String::toLowerCase))
                .doesNotContain(
                        "x-envoy-expected-rq-timeout-ms",
                        "x-envoy-upstream-rq-timeout-ms",
                        "grpc-timeout",
                        "finagle-ctx-com.twitter.finagle.deadline");
    }

    @ParameterizedTest
    @CsvSource({
        "x-request-timeout-ms, 60000, 995",
        "x-request-timeout-ms, 600.5, 595.5",
        "x-envoy-expected-rq-timeout-ms, 500, 495",
        "x-envoy-expected-rq-timeout-ms, 0, 995",
        "grpc-timeout, 400m, 395",
        "x-request-timeout-ms, soon, 995",
        "x-request-timeout-ms, -5, 995"
    })
    void clientShortensAndNeverLengthens(String header, String wish, double most) {
        assertThat(get("/api/inventory/SKU-0001", header, wish).statusCode()).isEqualTo(200);

        assertThat(timeoutTold()).isBetween(most / 4, most);
        var malformed = wish.equals("soon") || wish.equals("-5");
        assertThat(heard.malformed).isEqualTo(malformed ? List.of(header) : List.of());
    }

    @Test
    void streamIsToldALongTime() {
        get("/api/orders/0195/events");

        var told = Double.parseDouble(orders.asked.getFirst().headers().get("x-request-timeout-ms"));
        assertThat(told).isBetween(600_000.0, 660_000.0);
    }

    // What the client is told

    @Test
    void everyAnswerTellsTheBudgetAndWhatIsLeft() {
        var passed = get("/api/inventory/SKU-0001", "x-request-timeout-ms", "700");
        inventory.answers((_, _, _) -> Mono.never());
        var late = get("/api/inventory/SKU-0001", "x-request-timeout-ms", "200");
        var otherMethod = send("DELETE", "/api/inventory/SKU-0001", BodyPublishers.noBody());

        assertThat(granted(passed)).isEqualTo(700.0);
        assertThat(left(passed)).isBetween(0.1, 699.9);
        assertThat(granted(late)).isEqualTo(200.0);
        assertThat(left(late)).isZero();
        assertThat(granted(otherMethod)).isEqualTo(2000.0);
        assertThat(header(get("/health"), "server-timing")).doesNotContain("granted");
    }

    @Test
    void scopeIsOpenedInsideTheTraceOfItsRequest() {
        var answer = get("/api/inventory/SKU-0001");

        assertThat(heard.traces).containsExactly(header(answer, "x-trace-id"));
    }

    @Test
    void requestThatWaitsForNothingIsRefusedWithoutWork() {
        var answer = get("/api/inventory/SKU-0001", "x-request-timeout-ms", "0");

        assertProblem(answer, 504, "deadline-exceeded");
        assertThat(header(answer, "x-deadline-expired")).isEqualTo("1");
        assertThat(header(answer, "ratelimit")).isEmpty();
        assertThat(granted(answer)).isZero();
        assertThat(inventory.asked).isEmpty();
        assertThat(heard.refusedAtEntry).hasValue(1);
        assertThat(heard.opened).hasValue(0);
    }

    @Test
    void requestWithTooLittleTimeIsNotPassedOn() {
        var answer = get("/api/inventory/SKU-0001", "x-request-timeout-ms", "11");

        assertProblem(answer, 504, "deadline-exceeded");
        assertThat(header(answer, "x-deadline-expired")).isEqualTo("1");
        assertThat(inventory.asked).isEmpty();
        assertThat(heard.granted).hasValue(0);
    }

    @Test
    void serviceThatIsSilentIsLeftAtTheDeadline() throws Exception {
        orders.answers((request, _, _) -> {
            request.withConnection(connection -> connection.onDispose(upstreamGone::countDown));
            return Mono.never();
        });
        var begun = Instant.now();

        var answer = post("/api/orders", "{}", "x-request-timeout-ms", "300");

        assertProblem(answer, 504, "deadline-exceeded");
        assertThat(header(answer, "x-deadline-expired")).isEqualTo("1");
        assertThat(Instant.now()).isBetween(begun.plusMillis(290), begun.plus(SOON));
        assertThat(upstreamGone.await(SOON.toSeconds(), SECONDS)).isTrue();
        assertThat(orders.asked).hasSize(1);
        assertThat(heard.stopped).containsExactly("CALL EXPIRED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "length"})
    void answerThatIsNotWholeAtTheDeadlineIsBrokenOff(String framing) throws Exception {
        orders.answers((request, response, _) -> {
            request.withConnection(connection -> connection.onDispose(upstreamGone::countDown));
            if (framing.equals("length")) {
                response.header("content-length", "1000");
            }
            return response.sendString(Flux.just("half of ").concatWith(Flux.never()), StandardCharsets.UTF_8);
        });

        var bytes = raw("POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nx-request-timeout-ms: 500\r\n\r\n{}");

        assertThat(bytes).startsWith("HTTP/1.1 200").contains("half of ").doesNotEndWith("0\r\n\r\n");
        assertThat(upstreamGone.await(SOON.toSeconds(), SECONDS)).isTrue();
        await().atMost(ofSeconds(30)).untilAsserted(() -> assertThat(heard.stopped).containsExactly("ANSWER EXPIRED"));
    }

    @Test
    void clientTakesABrokenAnswerForBroken() {
        orders.answers((_, response, _) ->
                response.sendString(Flux.just("half of ").concatWith(Flux.never()), StandardCharsets.UTF_8));

        assertThatThrownBy(() -> client.send(
                        request("POST", "/api/orders", BodyPublishers.ofString("{}"), "x-request-timeout-ms", "500"),
                        BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void clientOfHttp2TakesABrokenAnswerForBroken() throws Exception {
        orders.answers((_, response, _) ->
                response.sendString(Flux.just("half of ").concatWith(Flux.never()), StandardCharsets.UTF_8));

        try (var http2 = http2()) {
            assertThat(upgraded(http2).version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThatThrownBy(() -> http2.send(
                            request("POST", "/api/orders", BodyPublishers.ofString("{}"), "x-request-timeout-ms", "500"),
                            BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
        assertThat(heard.stopped).containsExactly("ANSWER EXPIRED");
    }

    @Test
    void headWithoutABodyIsForgottenExceptForWhereTheOrderIs() {
        orders.answers((_, response, _) -> response.status(201)
                .header("Location", "/api/orders/0195")
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .header("Content-Length", "100")
                .header("ETag", "\"1\"")
                .header("x-served-by", "fake-service;v7;stable")
                .sendHeaders()
                .then(Mono.never()));

        var answer = post("/api/orders", "{}", "x-request-timeout-ms", "3000");

        assertProblem(answer, 504, "deadline-exceeded");
        assertThat(header(answer, "location")).isEqualTo("/api/orders/0195");
        assertThat(header(answer, "x-served-by")).isEqualTo("fake-service;v7;stable");
        assertThat(header(answer, "content-encoding")).isEmpty();
        assertThat(header(answer, "etag")).isEmpty();
    }

    @Test
    void deadlineThatTheServiceTellsPassesWithWhereTheOrderIsAndIsNotRepeated() {
        orders.answers((_, response, _) -> response.status(504)
                .header("content-type", "application/problem+json")
                .header("x-deadline-expired", "1")
                .header("x-deadline", "granted=900, left=0")
                .header("Location", "/api/orders/0195")
                .sendString(Mono.just("{\"type\":\"/problems/deadline-exceeded\"}")));

        var answer = post("/api/orders", "{}");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).isEqualTo("{\"type\":\"/problems/deadline-exceeded\"}");
        assertThat(header(answer, "location")).isEqualTo("/api/orders/0195");
        assertThat(header(answer, "x-deadline-expired")).isEqualTo("1");
        assertThat(header(answer, "x-deadline")).isEqualTo("granted=900, left=0");
        assertThat(orders.asked).hasSize(1);
    }

    // Who goes away

    @ParameterizedTest
    @ValueSource(strings = {"POST, close", "POST, reset", "GET, close", "GET, reset"})
    void clientThatGoesAwayBeforeTheAnswerEndsTheRequestBehind(String how) throws Exception {
        silent();
        var get = how.startsWith("GET");

        try (var socket = new Socket("127.0.0.1", port)) {
            // A stream may take 30 s until its head as well.
            var head = get ? "GET /api/orders/0195/events" : "POST /api/orders";
            var body = get ? "\r\n" : "Content-Length: 2\r\n\r\n{}";
            socket.getOutputStream().write((head + " HTTP/1.1\r\nHost: a\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            assertThat(asked.await(30, SECONDS)).isTrue();
            assertThat(upstreamGone.getCount()).isOne();
            if (how.endsWith("reset")) {
                socket.setSoLinger(true, 0);
            }
        }

        assertThat(upstreamGone.await(SOON.toSeconds(), SECONDS)).isTrue();
        await().atMost(ofSeconds(30)).untilAsserted(() -> assertThat(heard.stopped).containsExactly("CALL CALLER_GONE"));
    }

    @Test
    void clientOfHttp2ThatResetsItsStreamEndsTheRequestBehindAndNoOther() throws Exception {
        silent();

        try (var http2 = http2()) {
            assertThat(upgraded(http2).version()).isEqualTo(HttpClient.Version.HTTP_2);
            var pending = http2.sendAsync(request("POST", "/api/orders", BodyPublishers.ofString("{}")), BodyHandlers.ofString());
            assertThat(asked.await(30, SECONDS)).isTrue();
            pending.cancel(true);

            assertThat(upstreamGone.await(SOON.toSeconds(), SECONDS)).isTrue();
            assertThat(upgraded(http2).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void connectionsAreNotLostByDeadlinesAndClientsThatGoAway() {
        orders.answers((_, response, seen) -> switch (seen.uri().charAt(seen.uri().length() - 1)) {
            case '0' -> Mono.never();
            case '1' -> response.sendString(Flux.just("half of ").concatWith(Flux.never()));
            case '2' -> Mono.delay(Duration.ofMillis(100)).then(response.sendString(Mono.just("late")).then());
            default -> response.sendString(Mono.just("whole"));
        });

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 8).forEach(client -> threads.submit(() -> {
                for (var round = 0; round < 40; round++) {
                    attempt("/api/orders/" + client + round % 3);
                }
            }));
        }

        // The pool has 8 connections; all of them are free.
        orders.answersJson();
        IntStream.range(0, 50).forEach(_ -> assertThat(get("/api/orders/0195").statusCode()).isEqualTo(200));
    }

    private void attempt(String path) {
        try {
            client.send(request("GET", path, BodyPublishers.noBody(), "x-request-timeout-ms", "100"), BodyHandlers.ofString());
        } catch (IOException brokenOff) {
            // as it should be for half an answer
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    // gRPC

    @Test
    void callOverGrpcIsToldTheLesserOfItsDeadlineAndItsRoutes() throws Exception {
        try (var calls = new Calls(port)) {
            ClientCalls.blockingUnaryCall(calls.channel, FakeGrpc.GET_ORDER, CallOptions.DEFAULT, "a");
            ClientCalls.blockingUnaryCall(
                    calls.channel, FakeGrpc.GET_ORDER, CallOptions.DEFAULT.withDeadlineAfter(20, SECONDS), "b");
            ClientCalls.blockingUnaryCall(
                    calls.channel, FakeGrpc.GET_ORDER, CallOptions.DEFAULT.withDeadlineAfter(90, SECONDS), "c");
            ClientCalls.blockingServerStreamingCall(calls.channel, FakeGrpc.WATCH_ORDER, CallOptions.DEFAULT, "d").next();
        }

        assertThat(grpc.deadlines).hasSize(4);
        assertThat(grpc.deadlines.get(0).timeRemaining(MILLISECONDS)).isLessThan(29_960);
        assertThat(grpc.deadlines.get(1).timeRemaining(MILLISECONDS)).isLessThan(19_960);
        assertThat(grpc.deadlines.get(2).timeRemaining(MILLISECONDS)).isLessThan(29_960);
        assertThat(grpc.deadlines.get(3).timeRemaining(SECONDS)).isBetween(500L, 660L);
        assertThat(grpc.asked.getFirst().keys()).doesNotContain("x-request-timeout-ms");
    }

    @Test
    void callOverGrpcThatIsNotAnsweredInTimeIsADeadlineThatPassed() throws Exception {
        grpc.getOrder = (_, _) -> {};
        // As from a client that has no deadline of its own and cannot tell by itself.
        var headers = new io.grpc.Metadata();
        headers.put(io.grpc.Metadata.Key.of("x-request-timeout-ms", io.grpc.Metadata.ASCII_STRING_MARSHALLER), "400");
        try (var calls = new Calls(port)) {
            var channel = io.grpc.ClientInterceptors.intercept(
                    calls.channel, io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(headers));

            assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, FakeGrpc.GET_ORDER, CallOptions.DEFAULT, "a"))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> assertThat(
                                    refused.getStatus().getCode())
                            .isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        }
    }

    @Test
    void clientOfGrpcThatCancelsBeforeTheAnswerEndsTheCallBehind() throws Exception {
        grpc.getOrder = (_, answer) -> {
            ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(upstreamGone::countDown);
            asked.countDown();
        };
        try (var calls = new Calls(port)) {
            var pending = ClientCalls.futureUnaryCall(calls.channel.newCall(FakeGrpc.GET_ORDER, CallOptions.DEFAULT), "a");
            assertThat(asked.await(30, SECONDS)).isTrue();
            pending.cancel(true);

            assertThat(upstreamGone.await(SOON.toSeconds(), SECONDS)).isTrue();
        }
    }

    private void silent() {
        orders.answers((request, _, _) -> {
            request.withConnection(connection -> connection.onDispose(upstreamGone::countDown));
            asked.countDown();
            return Mono.never();
        });
    }

    private static HttpClient http2() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    }

    // A connection begins as HTTP/1.1, with a request that has no body.
    private HttpResponse<String> upgraded(HttpClient http2) throws IOException, InterruptedException {
        return http2.send(request("GET", "/api/inventory/SKU-0001", BodyPublishers.noBody()), BodyHandlers.ofString());
    }

    private static double timeoutTold() {
        return Double.parseDouble(inventory.asked.getFirst().headers().get("x-request-timeout-ms"));
    }

    private static double granted(HttpResponse<?> answer) {
        return timing(answer, 1);
    }

    private static double left(HttpResponse<?> answer) {
        return timing(answer, 2);
    }

    private static double timing(HttpResponse<?> answer, int group) {
        var timing = header(answer, "server-timing");
        var matcher = LEFT.matcher(timing);
        assertThat(matcher.matches()).as(timing).isTrue();
        return Double.parseDouble(Objects.requireNonNull(matcher.group(group)));
    }

    private static final class Calls implements AutoCloseable {

        final ManagedChannel channel;

        Calls(int port) {
            channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        }

        @Override
        public void close() throws InterruptedException {
            channel.shutdownNow().awaitTermination(30, SECONDS);
        }
    }

    @TestConfiguration
    static class Listening {

        @Bean
        Heard heard() {
            return new Heard();
        }
    }

    /** Remembers what it is told. */
    static final class Heard implements DeadlineListener {

        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        final AtomicInteger granted = new AtomicInteger();
        final AtomicInteger returned = new AtomicInteger();
        final AtomicInteger refusedAtEntry = new AtomicInteger();
        final List<String> stopped = new CopyOnWriteArrayList<>();
        final List<String> traces = new CopyOnWriteArrayList<>();
        final List<String> malformed = new CopyOnWriteArrayList<>();

        void forget() {
            List.of(opened, closed, granted, returned, refusedAtEntry).forEach(count -> count.set(0));
            stopped.clear();
            traces.clear();
            malformed.clear();
        }

        @Override
        public void opened(DeadlineScope scope) {
            opened.incrementAndGet();
            traces.add(String.valueOf(MDC.get("traceId")));
        }

        @Override
        public void closed(DeadlineScope scope, Duration granted, Duration used) {
            closed.incrementAndGet();
        }

        @Override
        public void refusedAtEntry(String entry) {
            refusedAtEntry.incrementAndGet();
        }

        @Override
        public void granted(String hop, Duration granted, Duration reserved) {
            this.granted.incrementAndGet();
        }

        @Override
        public void returned(String hop, Duration granted, Duration reserved, Duration used) {
            returned.incrementAndGet();
        }

        @Override
        public void stopped(Stage stage, Ending ending) {
            stopped.add(stage + " " + ending);
        }

        @Override
        public void malformed(String header) {
            malformed.add(header);
        }
    }
}
