package io.meridian.edges.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.edges.Problem;
import io.meridian.edges.faults.Fault;
import io.meridian.edges.faults.FaultBoard;
import io.meridian.edges.faults.FaultTargets;
import io.meridian.edges.http.RawHttp;
import io.meridian.edges.http.RawHttp.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Mono;

/** A WebFlux application with a management port, and calls that go out of it. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.application.name=gateway",
            "meridian.faults.enabled=true",
            "management.server.port=0",
            // Tomcat is on the class path for the tests of servlets, and only one server can have the management port.
            "spring.autoconfigure.exclude=org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration",
            "spring.main.web-application-type=reactive"
        })
class ReactiveFaultsTest {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String TARGET = "gateway.order";

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int management;

    @Autowired
    private FaultBoard board;

    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void heal() {
        board.clear();
    }

    @Test
    void faultIsSetReadAndEndedOnTheManagementPort() throws IOException {
        var set = send("PUT /actuator/faults HTTP/1.1", "{\"target\":\"gateway.order\",\"latencyMs\":800}");

        assertThat(set.status()).isEqualTo(200);
        assertThat(set.header("content-type")).isEqualTo("application/json");
        assertThat(set.body()).contains("\"target\":\"gateway.order\",\"latencyMs\":800");
        assertThat(board.isQuiet()).isFalse();
        assertThat(send("GET /actuator/faults HTTP/1.1", "").body()).isNotEmpty().contains("calls to orders");

        var ended = send("DELETE /actuator/faults?target=gateway.order HTTP/1.1", "");
        assertThat(ended.body()).contains("\"faults\":[]");
        assertThat(board.isQuiet()).isTrue();
    }

    @Test
    void nonsenseIsRefused() throws IOException {
        var answer = send("PUT /actuator/faults HTTP/1.1", "{\"target\":\"gateway.order\",\"forSeconds\":601,\"hang\":true}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.detail()).isEqualTo("forSeconds must be in 1..600, was 601");
        assertThat(send("POST /actuator/faults HTTP/1.1", "{}").status()).isEqualTo(405);
    }

    @Test
    void publicPortHasNoSuchDesk() throws IOException {
        assertThat(RawHttp.send(port, "GET /actuator/faults HTTP/1.1", "", new byte[0]).status()).isEqualTo(404);
    }

    @Test
    void healthIsTruthfulWhileEverythingHangs() throws IOException {
        board.set(new Fault("gateway.*", 0, 0, 0, 0, Problem.DEPENDENCY_UNAVAILABLE, true, 60));

        assertThat(send("GET /actuator/health HTTP/1.1", "").body()).contains("\"status\":\"UP\"");
    }

    @Test
    void callIsHeldUpWithoutAThreadAndThenMade() {
        board.set(new Fault(TARGET, 200, 0, 0, 0, Problem.DEPENDENCY_UNAVAILABLE, false, 30));

        var began = System.nanoTime();
        assertThat(call().block(BOUND)).isEqualTo("answered");

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        await().atMost(BOUND).until(() -> board.state().getFirst().inside() == 0);
    }

    @Test
    void struckCallFailsAsItsCallerWantsItToldAndIsNotMade() {
        board.set(new Fault(TARGET, 0, 0, 0, 1, Problem.DEPENDENCY_UNAVAILABLE, false, 30));

        assertThat(call().onErrorResume(IOException.class, it -> Mono.just("told: " + it.getMessage())).block(BOUND))
                .startsWith("told: A fault is set on gateway.order");
        assertThat(asked).hasValue(0);
    }

    @Test
    void cancelledCallLeavesItsWorkerToOthers() {
        board.set(new Fault(TARGET, 0, 0, 1, 0, Problem.DEPENDENCY_UNAVAILABLE, true, 30));
        var first = call().subscribe();
        var second = call().subscribe();
        assertThat(board.state().getFirst()).extracting(FaultBoard.State::inside, FaultBoard.State::waiting).containsExactly(1, 1);

        first.dispose();
        await().atMost(BOUND).until(() -> board.state().getFirst().waiting() == 0);
        second.dispose();
        await().atMost(BOUND).until(() -> board.state().getFirst().inside() == 0);

        assertThat(asked).hasValue(0);
    }

    private Mono<String> call() {
        return ReactiveFaults.through(
                board, TARGET, struck -> new IOException(struck.detail()), Mono.fromSupplier(() -> {
                    asked.incrementAndGet();
                    return "answered";
                }));
    }

    private Answer send(String line, String body) throws IOException {
        return RawHttp.send(
                management, line, "Content-Type: application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        FaultTargets targets() {
            return () -> Map.of(TARGET, "calls to orders");
        }
    }
}
