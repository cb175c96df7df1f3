package io.meridian.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.meridian.local.parts.Ports;
import io.meridian.local.platform.OrderDesk.Line;
import io.meridian.local.platform.OrderDesk.Step;
import io.meridian.local.platform.OrderDesk.Wish;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderDeskTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Wish WISH = new Wish("c-1", List.of(new Line("SKU-0001", 2)), "tok_ok", "key-1");

    private final List<String> received = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer gateway;
    private OrderDesk desk;

    @BeforeEach
    void open() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        gateway.start();
        desk = new OrderDesk(URI.create("http://127.0.0.1:" + gateway.getAddress().getPort()));
    }

    @AfterEach
    void close() {
        end.countDown();
        gateway.stop(0);
    }

    @Test
    void anOrderIsSentAsTheContractSaysAndItsAnswerRead() {
        gateway.createContext("/api/orders", exchange -> {
            received.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.getResponseHeaders().add("x-trace-id", "abc");
            exchange.getResponseHeaders().add("Server-Timing", "order;dur=12.4, gateway;dur=15");
            answer(exchange, 201, "{\"id\":\"o-1\",\"status\":\"CONFIRMED\"}");
        });

        var answer = desk.place(WISH);

        assertThat(received)
                .containsExactly("\"key-1\"", "{\"customerId\":\"c-1\",\"items\":[{\"sku\":\"SKU-0001\",\"quantity\":2}],"
                        + "\"payment\":{\"token\":\"tok_ok\"}}");
        assertThat(answer.isConfirmed()).isTrue();
        assertThat(answer.orderId()).contains("o-1");
        assertThat(answer.traceId()).contains("abc");
        assertThat(answer.timing().millis("gateway")).hasValue(15);
    }

    @Test
    void aRefusalIsAnAnswer() {
        gateway.createContext(
                "/api/orders", exchange -> answer(exchange, 402, "{\"title\":\"Payment declined\",\"orderId\":\"o-2\"}"));

        var answer = desk.place(WISH);

        assertThat(answer.isConfirmed()).isFalse();
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.orderId()).contains("o-2");
    }

    @Test
    void aDeadlineIsSentIfThereIsOneAndOnlyThen() {
        gateway.createContext("/api/orders", exchange -> {
            received.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-request-timeout-ms")));
            answer(exchange, 201, "{}");
        });

        desk.place(WISH);
        for (var deadline : List.of(Duration.ofMillis(800), Duration.ofNanos(1_500_000), Duration.ZERO)) {
            desk.place(new Wish("c-1", WISH.lines(), "tok_ok", "key-1", Optional.of(deadline)));
        }

        assertThat(received).containsExactly("null", "800", "1.5", "0");
    }

    @Test
    void anAnswerThatCameTooLateSaysWhereTheOrderIs() {
        gateway.createContext("/api/orders", exchange -> {
            exchange.getResponseHeaders().add("x-deadline-expired", "1");
            exchange.getResponseHeaders().add("Location", "/api/orders/o-3");
            answer(exchange, 504, "{\"title\":\"Deadline exceeded\"}");
        });

        var answer = desk.place(WISH);

        assertThat(answer.isExpired()).isTrue();
        assertThat(answer.orderId()).contains("o-3");
        assertThat(answer.location()).contains(desk.urlOf("o-3"));
    }

    @Test
    void aLocationThatIsNoneIsIgnored() {
        gateway.createContext("/api/orders", exchange -> {
            exchange.getResponseHeaders().add("Location", "not a place");
            answer(exchange, 504, "");
        });

        assertThat(desk.place(WISH).orderId()).isEmpty();
    }

    @Test
    void anAnswerThatIsNotJsonStillHasItsStatus() {
        gateway.createContext("/api/orders", exchange -> answer(exchange, 502, "<html>"));

        assertThat(desk.place(WISH).status()).isEqualTo(502);
    }

    @Test
    void nobodyListeningSaysHowToStartThePlatform() {
        var nobody = new OrderDesk(URI.create("http://127.0.0.1:" + Ports.free()));

        assertThatExceptionOfType(PlatformFailure.class)
                .isThrownBy(() -> nobody.place(WISH))
                .withMessageContaining("./meridian up");
    }

    @Test
    void stepsAreToldInOrderUntilTheStreamEnds() {
        gateway.createContext("/api/orders/o-1/events", exchange -> stream(exchange, """
                : heartbeat

                id: 1
                event: status
                data: {"status":"PENDING","at":"2026-11-21T10:00:00Z"}

                id: 2
                event: step
                data: {"step":"STOCK_COMMITTED","at":"2026-11-21T10:00:01Z"}

                id: 3
                event: status
                data: {"status":"CANCELLED","reason":"asked","at":"soon"}

                """));
        var steps = new ArrayList<Step>();

        assertThat(desk.follow("o-1", LONG, steps::add)).isTrue();
        assertThat(steps).extracting(Step::name).containsExactly("PENDING", "STOCK_COMMITTED", "CANCELLED");
        assertThat(steps.getLast().reason()).contains("asked");
        assertThat(steps.getLast().at()).isEmpty();
    }

    @Test
    void anOrderThatDoesNotSettleIsNotWaitedForForEver() {
        gateway.createContext("/api/orders/o-1/events", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("data: {\"status\":\"PENDING\"}\n\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            await(end);
        });
        var steps = new ArrayList<Step>();

        assertThat(desk.follow("o-1", Duration.ofSeconds(2), steps::add)).isFalse();
        assertThat(steps).extracting(Step::name).containsExactly("PENDING");
    }

    @Test
    void aRefusedStreamIsAFailureThatNamesTheStatus() {
        gateway.createContext("/api/orders/o-1/events", exchange -> answer(exchange, 404, "{}"));

        assertThatExceptionOfType(PlatformFailure.class)
                .isThrownBy(() -> desk.follow("o-1", LONG, _ -> {}))
                .withMessageContaining("404");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void stream(HttpExchange exchange, String events) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
        exchange.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
