package io.meridian.order;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.meridian.testkit.UsesParts;
import io.meridian.testkit.UsesParts.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service on real PostgreSQL and Kafka, seen through its doors, between neighbours that do what the test says; in a hurry. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "meridian.order.placing.hold=1s",
            "meridian.order.placing.authorise=1s",
            "meridian.order.placing.total=1500ms",
            "meridian.order.settling.after=2s",
            "meridian.order.settling.every=100ms",
            "meridian.order.settling.first-pause=200ms",
            "meridian.order.settling.longest-pause=500ms",
            "meridian.order.settling.give-up-after=6s",
            "meridian.order.settling.look-every=100ms",
            "meridian.order.watching.at-once=64"
        })
@UsesParts({Part.POSTGRES, Part.KAFKA})
@Import(NeighboursTopics.class)
public abstract class WholeService {

    /** Far more than anything here takes; what is waited for that long has failed. */
    protected static final Duration PATIENCE = Duration.ofSeconds(40);

    protected static final FakePeers PEERS = FakePeers.started();
    protected static final JsonMapper JSON = JsonMapper.builder().build();

    @LocalServerPort
    protected int port;

    @Autowired
    protected JdbcClient jdbc;

    @Autowired
    private CircuitBreakerRegistry breakers;

    protected final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void neighbours(DynamicPropertyRegistry properties) {
        properties.add("spring.grpc.client.channel.inventory.target", () -> "static://127.0.0.1:" + PEERS.port());
        properties.add("spring.grpc.client.channel.payment.target", () -> "static://127.0.0.1:" + PEERS.port());
    }

    @AfterEach
    void healNeighbours() {
        PEERS.heal();
        breakers.getAllCircuitBreakers().forEach(CircuitBreaker::reset);
    }

    protected static String key() {
        return UUID.randomUUID().toString();
    }

    protected static String customer() {
        return "c-" + UUID.randomUUID();
    }

    protected static String body(String customer, String token, String... skus) {
        var items = new StringBuilder();
        for (var sku : skus.length == 0 ? new String[] {"SKU-0001"} : skus) {
            items.append(items.isEmpty() ? "" : ",").append("{\"sku\":\"%s\",\"quantity\":2}".formatted(sku));
        }
        return "{\"customerId\":\"%s\",\"items\":[%s],\"payment\":{\"token\":\"%s\"}}".formatted(customer, items, token);
    }

    protected HttpResponse<String> place(String key, String body) {
        return send(request("/api/orders")
                .header("Idempotency-Key", "\"" + key + "\"")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** A new confirmed order's id. */
    protected String confirmed() {
        var response = place(key(), body(customer(), "tok_ok"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return json(response).get("id").asString();
    }

    protected HttpResponse<String> get(String path) {
        return send(request(path));
    }

    protected HttpResponse<String> cancel(String id) {
        return send(request("/api/orders/" + id + "/cancel").POST(HttpRequest.BodyPublishers.noBody()));
    }

    protected HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE);
    }

    protected HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    protected static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    protected static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    protected void becomes(String id, String status) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(json(get("/api/orders/" + id)).get("status").asString()).isEqualTo(status));
    }

    protected long count(String table) {
        return jdbc.sql("SELECT count(*) FROM " + table).query(Long.class).single();
    }

    protected static void assertProblem(HttpResponse<String> response, int status, String name) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(header(response, "Content-Type")).startsWith("application/problem+json");
        var problem = json(response);
        assertThat(problem.get("type").asString()).isEqualTo("/problems/" + name);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asString()).isNotBlank();
        assertThat(response.body()).doesNotContain("Exception", "io.meridian", "org.springframework", "SELECT");
    }
}
