package io.meridian.gateway;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.edges.faults.FaultBoard;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.test.context.TestPropertySource;

/** A gateway whose way to the services can be broken. */
@TestPropertySource(
        properties = {"meridian.faults.enabled=true", "spring.data.redis.host=127.0.0.1", "spring.data.redis.port=1"})
class FaultyUpstreamsIT extends GatewayFixture {

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private FaultBoard board;

    @AfterEach
    void heal() {
        board.clear();
    }

    @Test
    void brokenWayIsAnUnavailableServiceAndTheOthersAreReached() throws Exception {
        put("{\"target\":\"gateway.order\",\"errorRate\":1}");

        assertProblem(get("/api/orders/0195"), 503, "dependency-unavailable");
        assertThat(orders.asked).isEmpty();
        assertThat(get("/api/inventory/SKU-0001").statusCode()).isEqualTo(200);
        assertThat(get("/api/payments/0195").statusCode()).isEqualTo(200);
    }

    @Test
    void hangingWayEndsAtTheDeadlineAndHealthIsTruthful() throws Exception {
        put("{\"target\":\"gateway.*\",\"hang\":true}");

        assertProblem(get("/api/inventory/SKU-0001", "x-request-timeout-ms", "200"), 504, "deadline-exceeded");
        assertThat(inventory.asked).isEmpty();
        await().atMost(ofSeconds(30)).until(() -> board.state().getFirst().inside() == 0);
        assertThat(manage("GET", "/readyz", "").statusCode()).isEqualTo(200);
        assertThat(manage("GET", "/actuator/health", "").body()).contains("\"status\":\"UP\"");

        manage("DELETE", "/actuator/faults", "");
        assertThat(get("/api/inventory/SKU-0001").statusCode()).isEqualTo(200);
    }

    @Test
    void servicesAreTheTargets() throws Exception {
        assertThat(manage("GET", "/actuator/faults", "").body())
                .contains("\"gateway.*\"", "\"gateway.inventory\"", "\"gateway.order\"", "\"gateway.payment\"");
    }

    private void put(String fault) throws Exception {
        assertThat(manage("PUT", "/actuator/faults", fault).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> manage(String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                        .timeout(ofSeconds(30))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
