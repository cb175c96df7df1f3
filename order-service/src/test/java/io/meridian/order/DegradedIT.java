package io.meridian.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

/** While payment is known to be away orders are read and not taken, and nothing is left of those that were not. */
class DegradedIT extends WholeService {

    @Autowired
    private Environment environment;

    @Test
    void readsGoOnWhileOrdersAreRefusedAndBothGoOnAfterwards() {
        var earlier = confirmed();
        PEERS.onAuthorise(_ -> {
            throw Status.UNAVAILABLE.asRuntimeException();
        });

        var refused = await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> place(key(), body(customer(), "tok_ok")), it -> !header(it, "x-degraded").isEmpty());

        assertProblem(refused, 503, "dependency-unavailable");
        assertThat(header(refused, "x-degraded")).isEqualTo("payment");
        assertThat(header(refused, "retry-after")).matches("[12]");
        assertThat(json(refused).has("orderId")).isFalse();
        assertThat(get("/api/orders/" + earlier).statusCode()).isEqualTo(200);
        assertThat(cancel(earlier).statusCode()).isEqualTo(200);
        assertThat(manage("/actuator/prometheus").body())
                .contains("meridian_degraded{")
                .containsPattern("daac_limit\\{[^}]*name=\"payment\"[^}]*} ")
                .containsPattern("resilience4j_circuitbreaker_state\\{[^}]*name=\"payment\"[^}]*state=\"(open|half_open)\"[^}]*} 1.0");
        assertThat(stateOfPayment()).isIn("OPEN", "HALF_OPEN");

        PEERS.heal();
        await().atMost(PATIENCE).until(() -> place(key(), body(customer(), "tok_ok")).statusCode() == 201);
    }

    @Test
    void refusedOrderIsNotStoredAndItsKeyCanBeUsedAgain() {
        PEERS.onAuthorise(_ -> {
            throw Status.UNAVAILABLE.asRuntimeException();
        });
        var key = key();
        var body = body(customer(), "tok_ok");
        await().atMost(PATIENCE).until(() -> !header(place(key(), body(customer(), "tok_ok")), "x-degraded").isEmpty());
        var before = count("orders");
        var first = place(key, body);
        if (header(first, "x-degraded").isEmpty()) {
            return; // it was one of those by which it is found out whether payment is back
        }

        assertThat(count("orders")).isEqualTo(before);
        PEERS.heal();
        // The order by which it is found out that payment is back is somebody else's: one that a probe strands is rejected, and its key used.
        await().atMost(PATIENCE).until(() -> place(key(), body(customer(), "tok_ok")).statusCode() == 201
                && stateOfPayment().equals("CLOSED"));
        await().atMost(PATIENCE).until(() -> place(key, body).statusCode() == 201);
    }

    private String stateOfPayment() {
        return JSON.readTree(manage("/actuator/breakers/payment").body()).get("state").asString();
    }

    private HttpResponse<String> manage(String path) {
        var management = environment.getRequiredProperty("local.management.port");
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path)).timeout(PATIENCE));
    }
}
