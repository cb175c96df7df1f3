package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.reactor.ReactorScope;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/** A gateway that has the starter and no set-up of its own gives all three signals, whichever thread runs it. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.application.name=gateway",
            "meridian.version=v7",
            "meridian.environment=test",
            "management.server.port=0",
            "spring.main.web-application-type=reactive"
        })
@ExtendWith(OutputCaptureExtension.class)
class ReactiveSignalsTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACEPARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

    private static Peer peer;

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private EndedSpans spans;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void meetAPeer() throws IOException {
        peer = new Peer();
    }

    @AfterAll
    static void leaveThePeer() {
        peer.close();
    }

    @DynamicPropertySource
    static void address(DynamicPropertyRegistry registry) {
        registry.add("test.peer", () -> peer.url());
    }

    @Test
    void traceContinuesThroughAnswerLogAndHop(CapturedOutput output) throws Exception {
        var answer = ask(port, "/hop");

        assertThat(answer.headers().firstValue("x-trace-id")).hasValue(TRACE);
        assertThat(peer.asked).anySatisfy(asked -> assertThat(asked.traceparent())
                .startsWith("00-" + TRACE + "-")
                .isNotEqualTo(TRACEPARENT));
        assertThat(output.getOut().lines().filter(it -> it.contains("passed on")))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"traceId\":\"" + TRACE + "\"", "\"service\":\"gateway\"", "\"version\":\"v7\""));
    }

    @Test
    void spansOfABoundedExchangeSayItsBudgetAndTheCallWhatItWasGranted() throws Exception {
        ask(port, "/hop");

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(spans.said.keySet()).contains("SERVER http get /hop", "CLIENT http get"));
        assertThat(spans.said.get("SERVER http get /hop"))
                .contains("deadline.budget_ms=60000.0", "deadline.remaining_start_ms=", "deadline.remaining_end_ms=")
                .doesNotContain("deadline.granted_ms");
        assertThat(spans.said.get("CLIENT http get")).contains("deadline.granted_ms=", "deadline.reserved_ms=");
    }

    @Test
    void refusalNamesItsTrace() throws Exception {
        var answer = ask(port, "/nowhere");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("x-trace-id")).hasValue(TRACE);
        assertThat(answer.body()).contains("\"traceId\":\"" + TRACE + "\"");
    }

    @Test
    void scrapeHasTheHistogramOfRequestsUnderTheServicesIdentity() throws Exception {
        ask(port, "/hop");

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        ask(managementPort, "/actuator/prometheus").body())
                .containsPattern("http_server_requests_seconds_bucket\\{arm=\"stable\",environment=\"test\","
                        + "[^}]*service=\"gateway\",[^}]*uri=\"/hop\",version=\"v7\",le=")
                .doesNotContain("uri=\"/actuator"));
    }

    @Test
    void healthIsAskedOnTheManagementPort() throws Exception {
        assertThat(ask(managementPort, "/livez").statusCode()).isEqualTo(200);
        assertThat(ask(managementPort, "/readyz").statusCode()).isEqualTo(200);
        assertThat(ask(port, "/readyz").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> ask(int port, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("traceparent", TRACEPARENT)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration(
            excludeName = {
                // A gateway has no Tomcat beside its Netty; this class path does.
                "org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration",
                "io.meridian.outbox.autoconfigure.OutboxAutoConfiguration",
                "io.meridian.outbox.autoconfigure.EventListenerAutoConfiguration",
                "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
            })
    @Import(Doors.class)
    static class Gateway {

        @Bean
        EndedSpans endedSpans() {
            return new EndedSpans();
        }

        /** As a filter of the deadline library would. */
        @Bean
        WebFilter bounding(DeadlineListeners deadlines) {
            return (exchange, chain) -> {
                var scope = DeadlineScope.root("http", Deadline.after(Duration.ofMinutes(1)));
                deadlines.all().opened(scope);
                return chain.filter(exchange).contextWrite(ReactorScope.of(scope));
            };
        }
    }

    @RestController
    static class Doors {

        private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

        private final WebClient client;

        Doors(WebClient.Builder client, org.springframework.core.env.Environment environment) {
            this.client = client.baseUrl(environment.getRequiredProperty("test.peer"))
                    .build();
        }

        @GetMapping("/hop")
        Mono<String> hop() {
            return client.get()
                    .uri("/hop")
                    .retrieve()
                    .toBodilessEntity()
                    .doOnNext(_ -> LOG.info("passed on"))
                    .thenReturn("there");
        }
    }
}
