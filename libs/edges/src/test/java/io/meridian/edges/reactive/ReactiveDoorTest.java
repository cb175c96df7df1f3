package io.meridian.edges.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.edges.TraceIds;
import io.meridian.edges.http.RawHttp;
import io.meridian.edges.http.RawHttp.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/** A gateway with a WebFlux door, asked over real sockets by callers who do not behave. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.application.name=gateway",
            "meridian.version=v7",
            "meridian.edges.max-body=1KB",
            "spring.main.web-application-type=reactive"
        })
class ReactiveDoorTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @LocalServerPort
    private int port;

    @Test
    void answerSaysWhoServedItAndItsTraceAndWhereItsTimeWent() throws IOException {
        var answer = ask("GET /own HTTP/1.1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-served-by")).isEqualTo("gateway;v7;stable");
        assertThat(answer.header("x-trace-id")).isEqualTo(TRACE);
        assertThat(answer.header("server-timing")).matches("admission;dur=0\\.2, gateway;dur=\\d+\\.\\d");
    }

    @Test
    void whatTheServiceBehindSaidAboutItselfStays() throws IOException {
        var answer = ask("GET /proxied HTTP/1.1");

        assertThat(answer.header("x-served-by")).isEqualTo("order-service;v3;canary");
        assertThat(answer.header("server-timing")).matches("order;dur=12\\.4;desc=\"order, granted 20\\.0\", gateway;dur=\\d+\\.\\d");
    }

    @Test
    void thrownProblemIsRenderedWithItsHeadersAndExtensions() throws IOException {
        var answer = ask("GET /thrown HTTP/1.1");

        assertProblem(answer, Problem.RATE_LIMITED, "/thrown");
        assertThat(answer.header("retry-after")).isEqualTo("7");
        assertThat(answer.json()).containsEntry("limit", 10);
    }

    @Test
    void problemOfAFilterIsRenderedToo() throws IOException {
        assertProblem(ask("GET /filtered HTTP/1.1"), Problem.UNAUTHENTICATED, "/filtered");
    }

    @Test
    void unknownPathIsNotFound() throws IOException {
        assertProblem(ask("GET /nowhere/at/all HTTP/1.1"), Problem.NOT_FOUND, "/nowhere/at/all");
    }

    @Test
    void wrongMethodAndMediaTypeNameTheRightOnes() throws IOException {
        var method = ask("DELETE /read HTTP/1.1");
        assertProblem(method, Problem.METHOD_NOT_ALLOWED, "/read");
        assertThat(method.header("allow")).contains("POST");

        var type = ask("POST /read HTTP/1.1", "Content-Type: text/plain", "{}");
        assertProblem(type, Problem.UNSUPPORTED_MEDIA_TYPE, "/read");
        assertThat(type.header("accept")).contains("application/json");

        assertProblem(ask("GET /own HTTP/1.1", "Accept: image/png", ""), Problem.NOT_ACCEPTABLE, "/own");
        assertThat(ask("POST /read HTTP/1.1", "Content-Type: nonsense", "{}").status())
                .isBetween(400, 415);
    }

    @Test
    void parametersAndBodiesAreNamedWithWhatWasExpectedAndFound() throws IOException {
        assertThat(ask("GET /typed?limit=many HTTP/1.1").detail())
                .isEqualTo("limit: expected a whole number, found \"many\"");
        assertThat(ask("GET /typed HTTP/1.1").detail()).contains("limit");
        var body = ask("POST /read HTTP/1.1", "Content-Type: application/json", "{\"quantity\":\"2\"}");
        assertProblem(body, Problem.MALFORMED, "/read");
        assertThat(body.detail()).isEqualTo("quantity: expected a whole number, found text");
        assertThat(ask("POST /read HTTP/1.1", "Content-Type: application/json", "{").detail())
                .contains("ends before");
        assertProblem(
                ask("POST /read HTTP/1.1", "Content-Type: application/json", ""), Problem.MALFORMED, "/read");
    }

    @Test
    void bodyOverTheLimitIsRefusedAnnouncedOrNot() throws IOException {
        assertProblem(
                RawHttp.send(
                        port,
                        "POST /read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n{"),
                Problem.TOO_LARGE,
                "/read");
        var chunk = "800\r\n" + " ".repeat(0x800) + "\r\n";
        assertProblem(
                RawHttp.send(
                        port,
                        "POST /read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + chunk.repeat(3)),
                Problem.TOO_LARGE,
                "/read");
    }

    @Test
    void peerThatCannotBeReachedIsUnavailable() throws IOException {
        var answer = ask("GET /dead HTTP/1.1");

        assertProblem(answer, Problem.DEPENDENCY_UNAVAILABLE, "/dead");
        assertThat(answer.header("retry-after")).isEqualTo("1");
        assertThat(answer.body()).doesNotContain("127.0.0.1", "Connection");
    }

    @Test
    void peerThatDoesNotAnswerInTimeExceedsTheDeadline() throws IOException {
        var answer = ask("GET /late HTTP/1.1");

        assertProblem(answer, Problem.DEADLINE_EXCEEDED, "/late");
        assertThat(answer.header("x-deadline-expired")).isEqualTo("1");
        assertProblem(ask("GET /silent HTTP/1.1"), Problem.DEADLINE_EXCEEDED, "/silent");
    }

    @Test
    void faultIsAnsweredWithoutInternals() throws IOException {
        var answer = ask("GET /fault HTTP/1.1");

        assertProblem(answer, Problem.INTERNAL, "/fault");
        assertThat(answer.body()).doesNotContain("secret", "Exception", "java");
    }

    @Test
    void requestThatIsNoneIsRefusedWithoutInternals() throws IOException {
        for (var line : new String[] {"GET /own/%zz HTTP/1.1", "GET /%ff%fe HTTP/1.1", "GET /own\u0001 HTTP/1.1"}) {
            var answer = ask(line);

            assertThat(answer.status()).as(line).isBetween(400, 499);
            assertThat(answer.body()).doesNotContain("Exception", "java", "<html");
        }
    }

    private Answer ask(String line) throws IOException {
        return ask(line, "X-Nothing: 1", "");
    }

    private Answer ask(String line, String header, String body) throws IOException {
        return RawHttp.send(port, line, header, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertProblem(Answer answer, Problem problem, String path) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(problem.status());
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.header("x-served-by")).isEqualTo("gateway;v7;stable");
        assertThat(answer.header("x-trace-id")).isEqualTo(TRACE);
        assertThat(answer.header("server-timing")).contains("gateway;dur=");
        assertThat(answer.json())
                .containsEntry("type", problem.type())
                .containsEntry("status", problem.status())
                .containsEntry("instance", path)
                .containsEntry("traceId", TRACE)
                .containsKeys("title", "detail");
    }

    record Item(String sku, int quantity) {}

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(Doors.class)
    static class Gateway {

        @Bean
        TraceIds traceIds() {
            return () -> TRACE;
        }

        @Bean
        WebFilter refusingFilter() {
            return (exchange, chain) -> exchange.getRequest().getURI().getPath().equals("/filtered")
                    ? Mono.error(ProblemException.of(Problem.UNAUTHENTICATED, "who are you?"))
                    : chain.filter(exchange);
        }
    }

    @RestController
    static class Doors {

        @GetMapping(path = "/own", produces = MediaType.TEXT_PLAIN_VALUE)
        Mono<String> own(ServerWebExchange exchange) {
            ReactiveEdge.timing(exchange).add("admission", Duration.ofNanos(200_000));
            return Mono.just("own");
        }

        @GetMapping("/proxied")
        Mono<String> proxied(ServerWebExchange exchange) {
            exchange.getResponse().getHeaders().set("x-served-by", "order-service;v3;canary");
            exchange.getResponse().getHeaders().set("Server-Timing", "order;dur=12.4;desc=\"order, granted 20.0\"");
            return Mono.just("theirs");
        }

        @GetMapping("/thrown")
        Mono<String> thrown() {
            return Mono.error(ProblemException.of(Problem.RATE_LIMITED, "too often")
                    .header("Retry-After", "7")
                    .with("limit", 10));
        }

        @GetMapping("/typed")
        Mono<String> typed(@RequestParam int limit) {
            return Mono.just("" + limit);
        }

        @PostMapping(path = "/read", consumes = MediaType.APPLICATION_JSON_VALUE)
        Mono<Map<String, Object>> read(@RequestBody Mono<Item> item) {
            return item.map(it -> Map.of("quantity", it.quantity()));
        }

        @GetMapping("/dead")
        Mono<String> dead() throws IOException {
            int free;
            try (var socket = new ServerSocket(0)) {
                free = socket.getLocalPort();
            }
            return WebClient.create()
                    .get()
                    .uri(URI.create("http://127.0.0.1:" + free))
                    .retrieve()
                    .bodyToMono(String.class);
        }

        @GetMapping("/late")
        Mono<String> late() {
            return Mono.error(new TimeoutException("secret"));
        }

        @GetMapping("/silent")
        Mono<String> silent() throws IOException {
            var silent = new ServerSocket(0);
            return WebClient.builder()
                    .clientConnector(new ReactorClientHttpConnector(reactor.netty.http.client.HttpClient.create()
                            .responseTimeout(Duration.ofMillis(50))))
                    .build()
                    .get()
                    .uri(URI.create("http://127.0.0.1:" + silent.getLocalPort()))
                    .retrieve()
                    .bodyToMono(String.class)
                    .doFinally(_ -> {
                        try {
                            silent.close();
                        } catch (IOException _) {
                            // nothing is open then
                        }
                    });
        }

        @GetMapping("/fault/{name}")
        Mono<String> named(@PathVariable String name) {
            return Mono.just(name);
        }

        @GetMapping("/fault")
        Mono<String> fault() {
            return Mono.error(new IllegalStateException("secret"));
        }
    }
}
