package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerSnapshot;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class BreakerIT extends GatewayFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Test
    void serviceThatIsAwayIsNotAskedUntilItMayBeBack() {
        inventory.stop();

        await().atMost(PATIENCE).until(() -> {
            get("/api/inventory/SKU-0001");
            return state("inventory") == State.OPEN;
        });
        breakers.circuitBreaker("inventory").transitionToForcedOpenState();
        inventory.start();
        var refused = get("/api/inventory/SKU-0001");

        assertProblem(refused, 503, "dependency-unavailable");
        assertThat(header(refused, "retry-after")).isEqualTo("30");
        assertThat(inventory.asked).isEmpty();
        assertThat(get("/api/payments/0195").statusCode()).isEqualTo(200);

        breakers.circuitBreaker("inventory").transitionToClosedState();
        assertThat(get("/api/inventory/SKU-0001").statusCode()).isEqualTo(200);
    }

    @Test
    void wayThatWasClosedOpensByItself() {
        inventory.answers((_, response, _) -> response.status(500).send());
        await().atMost(PATIENCE).until(() -> {
            get("/api/inventory/SKU-0001");
            return state("inventory") == State.OPEN;
        });

        inventory.answersJson();

        await().atMost(PATIENCE).until(() -> {
            get("/api/inventory/SKU-0001");
            return state("inventory") == State.CLOSED;
        });
    }

    @Test
    void readsGoOnWhileNothingCanBeChanged() {
        breakers.circuitBreaker("order-placing").transitionToForcedOpenState();

        assertProblem(post("/api/orders", "{}", "Idempotency-Key", "k-1"), 503, "dependency-unavailable");
        assertThat(get("/api/orders/0195").statusCode()).isEqualTo(200);
        assertThat(get("/api/orders/0195/events").statusCode()).isEqualTo(200);
        assertThat(orders.asked).hasSize(2);
    }

    @Test
    void serviceThatSaysWhatItMissesIsNotTakenForOneThatFails() {
        orders.answers((_, response, _) ->
                response.status(503).header("x-degraded", "payment").header("retry-after", "1").send());
        var before = snapshot("order-placing").failed();

        for (var i = 0; i < 20; i++) {
            var answer = post("/api/orders", "{}");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(header(answer, "x-degraded")).isEqualTo("payment");
        }

        assertThat(orders.asked).hasSize(20);
        assertThat(snapshot("order-placing").failed()).isEqualTo(before);
        assertThat(state("order-placing")).isEqualTo(State.CLOSED);
    }

    @Test
    void answersOfTheBusinessAreSuccesses() {
        orders.answers((_, response, _) -> response.status(404).send());
        var before = snapshot("order-reading");

        get("/api/orders/0195");

        var after = snapshot("order-reading");
        assertThat(after.succeeded() - before.succeeded()).isOne();
        assertThat(after.failed() - before.failed()).isZero();
    }

    @Test
    void clientThatLeavesSaysNothingAndItsPermitComesBack() throws Exception {
        payments.answers((_, response, _) -> response.sendString(Mono.never()));
        var before = snapshot("payments");
        var abandoned = client.sendAsync(request("GET", "/api/payments/0195", BodyPublishers.noBody()), BodyHandlers.ofString());
        await().atMost(PATIENCE).until(() -> payments.asked.size() == 1);

        abandoned.cancel(true);

        await().atMost(PATIENCE).until(() -> snapshot("payments").inFlight() == 0);
        assertThat(snapshot("payments").failed()).isEqualTo(before.failed());
        assertThat(snapshot("payments").succeeded()).isEqualTo(before.succeeded());
    }

    @Test
    void requestThatIsNotHereWholeHoldsNoPermit() throws Exception {
        List<Socket> dawdling = new ArrayList<>();
        try {
            for (var i = 0; i < 12; i++) {
                var socket = new Socket("127.0.0.1", port);
                socket.getOutputStream()
                        .write("POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                dawdling.add(socket);
            }

            assertThat(post("/api/orders", "{}").statusCode()).isEqualTo(200);
            assertThat(snapshot("order-placing").inFlight()).isZero();
            assertThat(orders.asked).hasSize(1);
        } finally {
            for (var socket : dawdling) {
                close(socket);
            }
        }
    }

    @Test
    void serviceThatDoesNotAnswerInTimeHasTimedOut() {
        payments.answers((_, response, _) -> response.sendString(Mono.never()));
        var before = snapshot("payments");

        assertProblem(get("/api/payments/0195", "x-request-timeout-ms", "200"), 504, "deadline-exceeded");

        await().atMost(PATIENCE).until(() -> snapshot("payments").inFlight() == 0);
        assertThat(snapshot("payments").censored() - before.censored()).isOne();
    }

    private State state(String name) {
        return breakers.circuitBreaker(name).getState();
    }

    private BreakerSnapshot snapshot(String name) {
        return ((Breaker) breakers.circuitBreaker(name)).snapshot();
    }

    private static void close(Socket socket) throws IOException {
        socket.close();
    }
}
