package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.meridian.testkit.UsesParts;
import io.meridian.testkit.UsesParts.Part;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway on a free port between a real client and services that are made up; shared by all classes that extend this. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "meridian.gateway.routing.order=${fake.orders}",
            "meridian.gateway.routing.order-grpc=${fake.grpc}",
            "meridian.gateway.routing.timeouts.reading=1s",
            "meridian.gateway.routing.timeouts.placing=2s",
            "meridian.gateway.routing.pool.max-connections=8",
            "meridian.gateway.routing.pool.max-waiting=4",
            "meridian.gateway.routing.pool.max-wait=300ms",
            "meridian.snapshot.enabled=false",
            "meridian.gateway.admission.requests-per-second=100000",
            "meridian.gateway.admission.burst=100000"
        })
@UsesParts(Part.REDIS)
abstract class GatewayFixture {

    static final FakeService orders = FakeService.started();
    static final FakeService inventory = FakeService.started();
    static final FakeService payments = FakeService.started();
    static final FakeGrpc grpc = FakeGrpc.started();

    static final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();

    @LocalServerPort
    int port;

    @Autowired
    CircuitBreakerRegistry breakers;

    @DynamicPropertySource
    static void services(DynamicPropertyRegistry properties) {
        properties.add("fake.orders", orders::url);
        properties.add("meridian.gateway.routing.inventory", inventory::url);
        properties.add("meridian.gateway.routing.payment", payments::url);
        properties.add("fake.grpc", grpc::address);
    }

    @BeforeEach
    void forget() {
        orders.forget();
        inventory.forget();
        payments.forget();
        grpc.forget();
        breakers.getAllCircuitBreakers().forEach(CircuitBreaker::reset);
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        return send("POST", path, BodyPublishers.ofString(body), headers);
    }

    HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers) {
        try {
            return client.send(request(method, path, body, headers), BodyHandlers.ofString());
        } catch (IOException cut) {
            throw new AssertionError(method + " " + path + " was not answered", cut);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    HttpRequest request(String method, String path, BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    /** Bytes as no decent client would send them; answers whatever comes until the connection closes. */
    String raw(String bytes) {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readNBytes(16_384), StandardCharsets.ISO_8859_1);
        } catch (IOException cut) {
            return "";
        }
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    static void assertProblem(HttpResponse<String> answer, int status, String name) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(header(answer, "content-type")).startsWith("application/problem+json");
        assertThat(json(answer).path("type").asString()).isEqualTo("/problems/" + name);
        assertThat(json(answer).path("status").asInt()).isEqualTo(status);
        assertThat(json(answer).path("detail").asString()).isNotBlank();
        assertThat(answer.body()).doesNotContain("Exception", "io.netty", "org.springframework", "127.0.0.1");
    }
}
