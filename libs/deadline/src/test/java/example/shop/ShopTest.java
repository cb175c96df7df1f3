package example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The starter in a service that is not ours, with its own neighbour and without a single setting of ours. Runs with the classes of this
 * service only: those of the technologies it does not use are taken off the path.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"management.server.port=0", "management.endpoint.health.show-components=always"})
class ShopTest {

    private static final BlockingQueue<String> ASKED = new LinkedBlockingQueue<>();
    private static final CountDownLatch CLOSING = new CountDownLatch(1);
    private static final HttpServer WAREHOUSE = warehouse();

    private final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int managementPort;

    @DynamicPropertySource
    static void address(DynamicPropertyRegistry properties) {
        properties.add("shop.warehouse", () -> "http://localhost:" + WAREHOUSE.getAddress().getPort());
    }

    @AfterAll
    static void close() {
        CLOSING.countDown();
        WAREHOUSE.stop(0);
    }

    @Test
    void hasOnlyWhatItUses() {
        for (var absent : new String[] {
            "io.grpc.Channel", "reactor.core.publisher.Mono", "org.apache.kafka.clients.CommonClientConfigs",
            "io.lettuce.core.RedisClient", "org.springframework.jdbc.core.JdbcTemplate"
        }) {
            assertThat(isThere(absent)).as(absent).isFalse();
        }
    }

    @Test
    void saysWhatARequestHad() throws Exception {
        var answer = ask("/greeting", 30_000);

        assertThat(answer.body()).isEqualTo("good morning");
        assertThat(answer.headers().firstValue("x-deadline").orElseThrow()).startsWith("granted=30000, left=29");
    }

    @Test
    void keepsADeadline() throws Exception {
        var answer = ask("/nap", 100);

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.headers().firstValue("x-deadline-expired")).contains("1");
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.body()).contains("/problems/deadline-exceeded");
    }

    @Test
    void handsOnWhatIsLeftAndNeedsNoAnswerAfterIt() throws Exception {
        var answer = ask("/stock", 800);

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.headers().firstValue("x-deadline-expired")).contains("1");
        assertThat(Double.parseDouble(ASKED.poll(60, TimeUnit.SECONDS))).isBetween(0.0, 795.0);
    }

    @Test
    void healthChecksHaveATimeToo() throws Exception {
        var answer = get("http://localhost:" + managementPort + "/actuator/health", 30_000);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"inAScope\":{\"status\":\"UP\"");
        assertThat(answer.headers().firstValue("x-deadline").orElseThrow()).startsWith("granted=30000, left=");
    }

    private HttpResponse<String> ask(String path, int millis) throws Exception {
        return get("http://localhost:" + port + path, millis);
    }

    private HttpResponse<String> get(String url, int millis) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url))
                .header("x-request-timeout-ms", String.valueOf(millis))
                .timeout(Duration.ofSeconds(60))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static boolean isThere(String type) {
        try {
            Class.forName(type, false, ShopTest.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    /** It does not answer. */
    private static HttpServer warehouse() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/stock", exchange -> {
                ASKED.add(exchange.getRequestHeaders().getFirst("x-request-timeout-ms"));
                try (exchange) {
                    CLOSING.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Checks {

        @Bean
        HealthIndicator inAScope() {
            return () -> io.meridian.deadline.DeadlineScope.current().isPresent()
                    ? Health.up().build()
                    : Health.down().build();
        }
    }
}
