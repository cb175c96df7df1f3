package io.meridian.gateway;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.gateway.admission.RateLimiter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.test.context.TestPropertySource;

/** A gateway that was started while there was no Redis. */
@TestPropertySource(properties = {"spring.data.redis.host=127.0.0.1", "spring.data.redis.port=1"})
@ExtendWith(OutputCaptureExtension.class)
class WithoutRedisIT extends GatewayFixture {

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private RateLimiter limiter;

    @Test
    void requestsPassAndAreCountedAlone() {
        var answer = get("/api/inventory/SKU-0001");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "ratelimit")).startsWith("\"client\";r=");
        assertThat(limiter.isAlone()).isTrue();
    }

    @Test
    void gatewayIsReadyAndAlive() throws Exception {
        assertThat(manage("/readyz").statusCode()).isEqualTo(200);
        assertThat(manage("/livez").statusCode()).isEqualTo(200);
        assertThat(manage("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsTellThatItCountsAloneAndHowConnectionsAreUsed() throws Exception {
        get("/api/inventory/SKU-0001");

        assertThat(manage("/actuator/prometheus").body())
                .containsPattern("meridian_limiter_alone\\{[^}]*limiter=\"clients\"[^}]*} 1")
                .containsPattern("meridian_limiter_decisions_total\\{[^}]*counted=\"alone\"[^}]*result=\"admitted\"[^}]*} [1-9]")
                .contains("reactor_netty_connection_provider_active_connections", "http_server_requests_seconds_bucket");
    }

    @Test
    void managementPortShowsNoPagesAndIsNotInTheAccessLog(CapturedOutput output) throws Exception {
        assertThat(manage("/docs").statusCode()).isEqualTo(404);
        manage("/actuator/health");
        get("/api/inventory/SKU-0778");

        await().atMost(ofSeconds(30)).until(() -> output.getOut().contains("/api/inventory/SKU-0778"));
        assertThat(output.getOut()).doesNotContain("\"path\":\"/actuator/health\"", "\"path\":\"/docs\"");
    }

    private HttpResponse<String> manage(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path)).timeout(ofSeconds(30)).build(),
                BodyHandlers.ofString());
    }
}
