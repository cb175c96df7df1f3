package io.meridian.edges.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.edges.faults.FaultBoard;
import io.meridian.edges.http.RawHttp.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** A servlet service on whose requests faults are set over its management port. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.application.name=order-service",
            "meridian.faults.enabled=true",
            "management.server.port=0",
            "spring.threads.virtual.enabled=true",
            "spring.main.web-application-type=servlet"
        })
class FaultyRequestsTest {

    private static final Duration BOUND = Duration.ofSeconds(30);

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int management;

    @Autowired
    private FaultBoard board;

    @AfterEach
    void heal() {
        board.clear();
    }

    @Test
    void controllersMethodsAreTheTargetsAndNothingElse() throws IOException {
        var targets = ask(management, "GET /actuator/faults HTTP/1.1").json().get("targets");

        assertThat(targets).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Object.class))
                .containsOnlyKeys("order.*", "order.later", "order.place", "order.read")
                .containsEntry("order.read", "HTTP GET /orders/{id}")
                .containsEntry("order.place", "HTTP POST /orders");
    }

    @Test
    void struckRequestFailsAsAProblemAndOthersDoNot() throws IOException {
        put("{\"target\":\"order.read\",\"errorRate\":1}");

        var answer = read();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).isEqualTo("1");
        assertThat(answer.json()).containsEntry("type", "/problems/dependency-unavailable");
        assertThat(answer.detail()).contains("order.read");
        assertThat(ask(port, "POST /orders HTTP/1.1").status()).isEqualTo(200);

        put("{\"target\":\"order.read\",\"errorRate\":1,\"error\":\"internal\"}");
        assertThat(read().status()).isEqualTo(500);

        ask(management, "DELETE /actuator/faults?target=order.read HTTP/1.1");
        assertThat(read().body()).isEqualTo("o-1");
    }

    @Test
    void slowRequestTakesAtLeastItsLatency() throws IOException {
        put("{\"target\":\"order.*\",\"latencyMs\":200}");

        var began = System.nanoTime();
        assertThat(read().status()).isEqualTo(200);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void healthIsTruthfulWhileEverythingHangsAndWhoeverHangsIsLetGo() throws Exception {
        put("{\"target\":\"order.*\",\"hang\":true}");
        var hanging = later(this::read);
        await().atMost(BOUND).until(() -> board.state().getFirst().inside() == 1);

        assertThat(ask(management, "GET /actuator/health HTTP/1.1").body()).contains("\"status\":\"UP\"");
        assertThat(hanging).isNotDone();

        ask(management, "DELETE /actuator/faults HTTP/1.1");
        assertThat(hanging.get(30, TimeUnit.SECONDS).body()).isEqualTo("o-1");
    }

    @Test
    void faultIsOverByItself() throws Exception {
        put("{\"target\":\"order.read\",\"hang\":true,\"forSeconds\":1}");

        assertThat(later(this::read).get(30, TimeUnit.SECONDS).body()).isEqualTo("o-1");
        assertThat(board.isQuiet()).isTrue();
    }

    @Test
    void workerIsFreeWhenTheRequestHasEnded() throws IOException {
        put("{\"target\":\"order.*\",\"workers\":1}");

        assertThat(read().status()).isEqualTo(200);
        assertThat(ask(port, "GET /later HTTP/1.1").body()).isEqualTo("done");
        assertThat(read().status()).isEqualTo(200);

        var state = board.state().getFirst();
        assertThat(state.struck()).isEqualTo(3);
        await().atMost(BOUND).until(() -> board.state().getFirst().inside() == 0);
    }

    @Test
    void nonsenseIsRefused() throws IOException {
        var answer = put("{\"target\":\"order.read\",\"errorRate\":2}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.detail()).isEqualTo("errorRate must be in 0..1, was 2.0");
        assertThat(ask(management, "POST /actuator/faults HTTP/1.1").status()).isEqualTo(405);
    }

    @Test
    void applicationThatStopsDoesNotWaitForWhatHangs() throws Exception {
        var application = new SpringApplicationBuilder(Application.class)
                .run(
                        "--spring.main.web-application-type=servlet",
                        "--server.port=0",
                        "--meridian.faults.enabled=true",
                        "--spring.application.name=order-service",
                        "--spring.threads.virtual.enabled=true");
        var own = port(application.getEnvironment());
        assertThat(send(own, "PUT /actuator/faults HTTP/1.1", "{\"target\":\"order.read\",\"hang\":true,\"forSeconds\":600}").status())
                .isEqualTo(200);
        var hanging = later(() -> ask(own, "GET /orders/o-1 HTTP/1.1"));
        var itsBoard = application.getBean(FaultBoard.class);
        await().atMost(BOUND).until(() -> itsBoard.state().getFirst().inside() == 1);

        application.close();

        assertThat(hanging.get(30, TimeUnit.SECONDS).body()).isEqualTo("o-1");
    }

    @Test
    void withoutTheSettingThereIsNoSuchThing() throws IOException {
        try (var application = SpringApplication.run(
                Application.class,
                "--spring.main.web-application-type=servlet",
                "--server.port=0",
                "--spring.application.name=order-service")) {
            var own = port(application.getEnvironment());

            assertThat(ask(own, "GET /actuator/faults HTTP/1.1").status()).isEqualTo(404);
            assertThat(send(own, "PUT /actuator/faults HTTP/1.1", "{\"target\":\"order.read\",\"hang\":true}").status())
                    .isEqualTo(404);
            assertThat(application.getBeanProvider(FaultBoard.class).getIfAvailable()).isNull();
            assertThat(ask(own, "GET /actuator/health HTTP/1.1").status()).isEqualTo(200);
        }
    }

    private Answer read() throws IOException {
        return ask(port, "GET /orders/o-1 HTTP/1.1");
    }

    private Answer put(String fault) throws IOException {
        return send(management, "PUT /actuator/faults HTTP/1.1", fault);
    }

    private static Answer ask(int port, String line) throws IOException {
        return send(port, line, "");
    }

    private static Answer send(int port, String line, String body) throws IOException {
        return RawHttp.send(port, line, "Content-Type: application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static int port(Environment environment) {
        return environment.getRequiredProperty("local.server.port", Integer.class);
    }

    private static CompletableFuture<Answer> later(Callable<Answer> question) {
        var answer = new CompletableFuture<Answer>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception failed) {
                answer.completeExceptionally(failed);
            }
        });
        return answer;
    }

    @RestController
    static final class Orders {

        @GetMapping("/orders/{id}")
        String read(@PathVariable String id) {
            return id;
        }

        @PostMapping("/orders")
        String place() {
            return "placed";
        }

        @GetMapping("/later")
        Callable<String> later() {
            return () -> "done";
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(Orders.class)
    static class Application {}
}
