package io.meridian.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.meridian.local.platform.OrderDesk;
import io.meridian.local.platform.OrderDesk.Line;
import io.meridian.local.platform.OrderDesk.Wish;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person reads about an order, by what the gateway says. */
class OrderStoryTest {

    private static final Wish WISH = new Wish(
            "c-1", List.of(new Line("SKU-0001", 2)), "tok_ok", "key-1", Optional.of(Duration.ofMillis(200)));

    private final ByteArrayOutputStream prose = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(prose, true, StandardCharsets.UTF_8);
    private final Terminal plain = new Terminal(stream, stream, false, false, false);
    private HttpServer gateway;
    private OrderDesk desk;

    @BeforeEach
    void open() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        gateway.createContext(
                "/api/orders/o-1/events",
                exchange -> answer(exchange, 200, "data: {\"status\":\"PENDING\"}\n\ndata: {\"status\":\"REJECTED\"}\n\n"));
        gateway.start();
        desk = new OrderDesk(URI.create("http://127.0.0.1:" + gateway.getAddress().getPort()));
    }

    @AfterEach
    void close() {
        gateway.stop(0);
    }

    @Test
    void aConfirmedOrderSaysWhoSpentTheMostOfItsBudget() {
        answering(
                201,
                "{\"id\":\"o-1\",\"status\":\"CONFIRMED\"}",
                "inventory.hold;dur=10;desc=\"inventory.hold granted 180.0 reserved 5.0\", payment.authorise;dur=20, order;dur=35",
                "gateway;dur=45, granted;dur=200, left;dur=155");

        var json = told().json();

        assertThat(prose.toString(StandardCharsets.UTF_8))
                .contains("payment.authorise spent the most: 20.0 of the 200.0 ms granted; 155.0 ms were left.")
                .doesNotContain("The deadline passed");
        assertThat(json.at("/budget/askedMillis").asDouble()).isEqualTo(200);
        assertThat(json.at("/budget/grantedMillis").asDouble()).isEqualTo(200);
        assertThat(json.at("/budget/leftMillis").asDouble()).isEqualTo(155);
        assertThat(json.at("/budget/spentMostBy").asString()).isEqualTo("payment.authorise");
        assertThat(json.at("/budget/expired").asBoolean(true)).isFalse();
        assertThat(json.at("/hops/0/grantedMillis").asDouble()).isEqualTo(180);
        assertThat(json.at("/hops/0/reservedMillis").asDouble()).isEqualTo(5);
        assertThat(json.at("/hops/1/grantedMillis").isMissingNode()).isTrue();
        assertThat(json.path("hops").size()).isEqualTo(4);
    }

    @Test
    void anOrderThatWasNotAnsweredInTimeIsFollowedToTheEndItReachesByItself() {
        answeringLate(
                "inventory.hold;dur=120;desc=\"inventory.hold granted 180.0 reserved 5.0\"",
                "payment.authorise;dur=60.2;desc=\"payment.authorise granted 60.0 reserved 5.0\", order;dur=185",
                "gateway;dur=190, granted;dur=200, left;dur=0");

        var story = told();

        assertThat(prose.toString(StandardCharsets.UTF_8))
                .contains("inventory.hold spent the most: 120.0 of the 200.0 ms granted; 0.0 ms were left.")
                .contains("The deadline passed in payment.authorise, which was granted 60.0 ms.")
                .contains("The order is not lost: it reaches its end by itself")
                .contains(desk.urlOf("o-1").toString())
                .contains("pending", "rejected")
                .doesNotContain("\u001b[");
        assertThat(story.isConfirmed()).isFalse();
        var json = story.json();
        assertThat(json.at("/budget/expiredIn").asString()).isEqualTo("payment.authorise");
        assertThat(json.at("/settled").asBoolean(false)).isTrue();
    }

    @Test
    void aGatewayThatWaitedInVainSaysHowToLearnMore() {
        answering(504, "{\"title\":\"Deadline exceeded\"}", "gateway;dur=200.3, granted;dur=200, left;dur=0");

        told();

        assertThat(prose.toString(StandardCharsets.UTF_8))
                .contains("The deadline passed in gateway, which was granted 200.0 ms, before the order service had answered.")
                .contains("--key key-1");
    }

    @Test
    void aDeadlineThatPassedBeforeThereWasAnOrderSaysSo() {
        answering(504, "{}", "order;dur=0.4, gateway;dur=1, granted;dur=1, left;dur=0");

        told();

        assertThat(prose.toString(StandardCharsets.UTF_8)).contains("No order had been begun.");
    }

    @Test
    void aPlatformThatDoesNotTellBudgetsIsToldAsBefore() {
        answering(402, "{\"title\":\"Payment declined\"}", "inventory.hold;dur=10, order;dur=30, gateway;dur=35");

        var json = told().json();

        assertThat(prose.toString(StandardCharsets.UTF_8))
                .contains("own ms")
                .doesNotContain("granted", "spent the most", "The deadline passed");
        assertThat(json.at("/budget/grantedMillis").isMissingNode()).isTrue();
    }

    private OrderStory told() {
        var story = OrderStory.of(desk, WISH);
        story.tell(desk, "Order", plain);
        return story;
    }

    private void answering(int status, String body, String... timing) {
        gateway.createContext("/api/orders", exchange -> {
            exchange.getResponseHeaders().put("Server-Timing", List.of(timing));
            answer(exchange, status, body);
        });
    }

    private void answeringLate(String... timing) {
        gateway.createContext("/api/orders", exchange -> {
            exchange.getResponseHeaders().put("Server-Timing", List.of(timing));
            exchange.getResponseHeaders().add("x-deadline-expired", "1");
            exchange.getResponseHeaders().add("Location", "/api/orders/o-1");
            answer(exchange, 504, "{\"title\":\"Deadline exceeded\"}");
        });
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
