package io.meridian.edges.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.edges.ServerTiming;
import io.meridian.edges.TimeIsUp;
import io.meridian.edges.TraceIds;
import io.meridian.edges.http.RawHttp.Answer;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** A service with a servlet door, asked over real sockets by callers who do not behave. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.application.name=order-service",
            "meridian.version=v7",
            "meridian.arm=canary",
            "meridian.edges.max-body=1KB",
            "spring.threads.virtual.enabled=true",
            "spring.main.web-application-type=servlet"
        })
class ServletDoorTest {

    /** Threads whose request nobody waits for. */
    private static final ThreadLocal<@Nullable Thread> LATE = new ThreadLocal<>();

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String GOOD =
            "{\"customer\":\"c-1\",\"items\":[{\"sku\":\"SKU-0001\",\"quantity\":2}],\"express\":false}";

    @LocalServerPort
    private int port;

    @Test
    void answerSaysWhoServedItAndItsTraceAndWhereItsTimeWent() throws IOException {
        var answer = post("/orders", GOOD);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-served-by")).isEqualTo("order-service;v7;canary");
        assertThat(answer.header("x-trace-id")).isEqualTo(TRACE);
        assertThat(answer.header("server-timing")).matches("inventory\\.hold;dur=3\\.1, order;dur=\\d+\\.\\d");
    }

    @Test
    void answerWithoutABodySaysTheSame() throws IOException {
        var answer = ask("GET /nothing HTTP/1.1");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("x-served-by")).isEqualTo("order-service;v7;canary");
        assertThat(answer.header("server-timing")).matches("order;dur=\\d+\\.\\d");
    }

    @Test
    void handlersRunOnVirtualThreads() throws IOException {
        assertThat(ask("GET /thread HTTP/1.1").body()).isEqualTo("true");
    }

    @Test
    void thrownProblemIsRenderedWithItsHeadersAndExtensions() throws IOException {
        var answer = ask("GET /thrown HTTP/1.1");

        assertProblem(answer, Problem.OUT_OF_STOCK, "/thrown");
        assertThat(answer.header("location")).isEqualTo("/api/orders/o-1");
        assertThat(answer.json())
                .containsEntry("detail", "SKU-1000: 0 left")
                .containsEntry("orderId", "o-1")
                .containsEntry("skus", List.of("SKU-1000"));
    }

    @Test
    void problemThrownByAFilterIsRenderedToo() throws IOException {
        assertProblem(ask("GET /filtered HTTP/1.1"), Problem.RATE_LIMITED, "/filtered");
    }

    @Test
    void waitingIsAdvisedWhereItHelps() throws IOException {
        assertThat(ask("GET /problem/OVERLOADED HTTP/1.1").header("retry-after")).isEqualTo("1");
        assertThat(ask("GET /problem/DEPENDENCY_UNAVAILABLE HTTP/1.1").header("retry-after"))
                .isEqualTo("1");
        assertThat(ask("GET /problem/DEADLINE_EXCEEDED HTTP/1.1").header("x-deadline-expired"))
                .isEqualTo("1");
        assertThat(ask("GET /problem/OUT_OF_STOCK HTTP/1.1").headers())
                .doesNotContainKeys("retry-after", "x-deadline-expired");
    }

    @Test
    void failureForWhichNobodyWaitsAnyMoreIsNoFault() throws IOException {
        var answer = ask("GET /late HTTP/1.1");

        assertProblem(answer, Problem.DEADLINE_EXCEEDED, "/late");
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void faultIsAnsweredWithoutInternals() throws IOException {
        var answer = ask("GET /fault HTTP/1.1");

        assertProblem(answer, Problem.INTERNAL, "/fault");
        assertThat(answer.body()).doesNotContain("secret", "Exception", "java");
    }

    @Test
    void serversOwnErrorStatusIsRendered() throws IOException {
        assertProblem(ask("GET /sent HTTP/1.1"), Problem.NOT_FOUND, "/sent");
    }

    @Test
    void unknownPathIsNotFound() throws IOException {
        assertProblem(ask("GET /nowhere/at/all HTTP/1.1"), Problem.NOT_FOUND, "/nowhere/at/all");
        assertProblem(ask("GET /error HTTP/1.1"), Problem.NOT_FOUND, "/error");
    }

    @Test
    void wrongMethodNamesTheRightOnes() throws IOException {
        var answer = ask("DELETE /orders HTTP/1.1");

        assertProblem(answer, Problem.METHOD_NOT_ALLOWED, "/orders");
        assertThat(answer.header("allow")).contains("POST");
    }

    @Test
    void methodNobodyKnowsIsNotAllowedEither() throws IOException {
        assertProblem(ask("BREW /orders HTTP/1.1"), Problem.METHOD_NOT_ALLOWED, "/orders");
        assertThat(ask("TRACE /orders HTTP/1.1").status()).isEqualTo(405);
    }

    @Test
    void wrongMediaTypeNamesTheRightOnes() throws IOException {
        var answer = ask("POST /orders HTTP/1.1", "Content-Type: text/plain", GOOD);

        assertProblem(answer, Problem.UNSUPPORTED_MEDIA_TYPE, "/orders");
        assertThat(answer.header("accept")).contains("application/json");
        assertProblem(ask("POST /orders HTTP/1.1", "X-Ray: 1", GOOD), Problem.UNSUPPORTED_MEDIA_TYPE, "/orders");
        assertProblem(
                ask("POST /orders HTTP/1.1", "Content-Type: nonsense", GOOD),
                Problem.UNSUPPORTED_MEDIA_TYPE,
                "/orders");
        assertProblem(
                ask("POST /orders HTTP/1.1", "Content-Type: application/json;charset=nonsense", GOOD),
                Problem.UNSUPPORTED_MEDIA_TYPE,
                "/orders");
    }

    @Test
    void unacceptableFormIsRefusedInTheFormOfRefusals() throws IOException {
        assertProblem(ask("GET /orders/1 HTTP/1.1", "Accept: image/png", ""), Problem.NOT_ACCEPTABLE, "/orders/1");
        assertProblem(ask("GET /orders/1 HTTP/1.1", "Accept: ///", ""), Problem.NOT_ACCEPTABLE, "/orders/1");
        assertProblem(ask("GET /fault HTTP/1.1", "Accept: text/html", ""), Problem.INTERNAL, "/fault");
    }

    @Test
    void parametersAreNamedWithWhatWasExpectedAndFound() throws IOException {
        var missing = ask("GET /orders HTTP/1.1");
        assertProblem(missing, Problem.MALFORMED, "/orders");
        assertThat(missing.detail()).contains("limit");

        var mistyped = ask("GET /orders?limit=many HTTP/1.1");
        assertProblem(mistyped, Problem.MALFORMED, "/orders");
        assertThat(mistyped.detail()).isEqualTo("limit: expected a whole number, found \"many\"");

        assertThat(ask("GET /orders?limit=99999999999999999999 HTTP/1.1").status()).isEqualTo(400);
        assertProblem(ask("GET /orders?limit=%zz HTTP/1.1"), Problem.MALFORMED, "/orders");
        assertProblem(ask("GET /orders?limit=%ff%fe HTTP/1.1"), Problem.MALFORMED, "/orders");

        var path = ask("GET /orders/by/not-a-uuid HTTP/1.1");
        assertProblem(path, Problem.MALFORMED, "/orders/by/not-a-uuid");
        assertThat(path.detail()).isEqualTo("id: expected a UUID, found \"not-a-uuid\"");

        var header = ask("GET /keyed HTTP/1.1");
        assertProblem(header, Problem.MALFORMED, "/keyed");
        assertThat(header.detail()).contains("Idempotency-Key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"customer":"c","items":[{"sku":"S","quantity":"2"}]}       | items[0].quantity: expected a whole number, found text
                    {"customer":"c","items":[{"sku":"S","quantity":2.0}]}       | items[0].quantity: expected a whole number, found a number with a fraction
                    {"customer":"c","items":[{"sku":"S","quantity":true}]}      | items[0].quantity: expected a whole number, found true or false
                    {"customer":"c","items":[{"sku":"S","quantity":null}]}      | items[0].quantity: expected a whole number, found null
                    {"customer":"c","items":[{"sku":"S"}]}                      | items[0].quantity: expected a whole number, found nothing
                    {"customer":"c","items":[{"sku":"S","quantity":{}}]}        | items[0].quantity: expected a whole number, found an object
                    {"customer":"c","items":[{"sku":"S","quantity":[1]}]}       | items[0].quantity: expected a whole number, found a list
                    {"customer":"c","items":[{"sku":"S","quantity":9999999999}]}| items[0].quantity: expected a whole number, found a number out of its range
                    {"customer":7,"items":[]}                                   | customer: expected text, found a whole number
                    {"customer":1.5,"items":[]}                                 | customer: expected text, found a number with a fraction
                    {"customer":false,"items":[]}                               | customer: expected text, found true or false
                    {"customer":["c"],"items":[]}                               | customer: expected text, found a list
                    {"customer":{},"items":[]}                                  | customer: expected text, found an object
                    {"customer":"c","items":{}}                                 | items: expected a list, found an object
                    {"customer":"c","items":""}                                 | items: expected a list, found text
                    {"customer":"c","items":["S"]}                              | items[0]: expected an object, found text
                    {"customer":"c","items":[[]]}                               | items[0]: expected an object, found a list
                    {"customer":"c","express":"false"}                          | express: expected true or false, found text
                    {"customer":"c","express":1}                                | express: expected true or false, found a whole number
                    {"customer":"c","speed":"warp"}                             | speed: expected one of SLOW, FAST, found "warp"
                    {"customer":"c","speed":1}                                  | speed: expected one of SLOW, FAST, found a whole number
                    {"customer":"c","at":"yesterday"}                           | at: expected a date or time in ISO 8601, found "yesterday"
                    {"customer":"c","name":"x"}                                 | name: unknown field; expected one of at, customer, express, items, speed
                    {"customer":"c","items":[{"sku":"bad","quantity":1}]}       | items[0]: sku must be in capitals, was bad
                    {"customer":"c","customer":"d"}                             | field "customer" is given more than once
                    {"customer":"c"} {}                                         | expected nothing after the JSON value, found more
                    {"customer":"c"                                             | the JSON ends before it is complete
                    {"customer":'c'}                                            | the body is not JSON: line 1, column 13
                    []                                                          | body: expected an object, found a list
                    "text"                                                      | body: expected an object, found text
                    17                                                          | body: expected an object, found a whole number
                    null                                                        | expected a body that can be read, found nothing
                    """,
            quoteCharacter = '~')
    void unreadableBodyIsNamedWithWhatWasExpectedAndFound(String body, String detail) throws IOException {
        var answer = post("/orders", body);

        assertProblem(answer, Problem.MALFORMED, "/orders");
        assertThat(answer.detail()).endsWith(detail);
        assertThat(answer.body()).doesNotContain("meridian.edges", "java.", "Exception");
    }

    @Test
    void bodyMayNotBeMissingOrBrokenOrNested() throws IOException {
        assertThat(post("/orders", "").detail()).contains("found nothing");
        assertProblem(post("/orders", "[".repeat(900)), Problem.MALFORMED, "/orders");
        var broken = post("/orders", "{\"customer\":\"\u00ff\u00fe\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertProblem(broken, Problem.MALFORMED, "/orders");
        assertThat(broken.detail()).isEqualTo("the body is not valid UTF-8");
    }

    @Test
    void bodyOverTheLimitIsRefusedByItsAnnouncedLengthAlone() throws IOException {
        var answer = RawHttp.send(
                port,
                "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n{");

        assertProblem(answer, Problem.TOO_LARGE, "/orders");
    }

    @Test
    void bodyOverTheLimitIsRefusedThoughItsLengthIsNotAnnounced() throws IOException {
        var chunk = "400\r\n" + " ".repeat(0x400) + "\r\n";
        var answer = RawHttp.send(
                port,
                "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + chunk.repeat(3));

        assertProblem(answer, Problem.TOO_LARGE, "/orders");
    }

    @Test
    void bodyAtTheLimitIsAccepted() throws IOException {
        assertThat(post("/orders", GOOD + " ".repeat(1024 - GOOD.length())).status())
                .isEqualTo(200);
        assertThat(post("/orders", GOOD + " ".repeat(1025 - GOOD.length())).status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GET /orders/%zz HTTP/1.1
                    GET /orders/%2F HTTP/1.1
                    GET /orders/\u0001 HTTP/1.1
                    GET /orders/<script> HTTP/1.1
                    GET /orders/../../etc HTTP/1.1
                    GET /orders/%ff%fe HTTP/1.1
                    GET /orders/%00 HTTP/1.1
                    GET orders HTTP/1.1
                    G@T /orders HTTP/1.1
                    GET /orders HTTP/9.9
                    """)
    void requestLineThatIsNoneIsRefusedWithoutInternals(String line) throws IOException {
        var answer = ask(line);

        assertThat(answer.status()).isIn(400, 404, 405, 505);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.header("x-served-by")).isEqualTo("order-service;v7;canary");
        assertThat(answer.body()).doesNotContain("Tomcat", "Exception", "java", "<html");
    }

    @Test
    void headersThatAreNoneOrTooManyAreRefusedWithoutInternals() throws IOException {
        for (var header : List.of("X-Big: " + "x".repeat(20_000), "Host: a b", "Content-Length: two", "Bad\u0001: 1")) {
            var answer = ask("GET /orders/1 HTTP/1.1", header, "");

            assertThat(answer.status()).as(header.substring(0, 4)).isBetween(400, 499);
            assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
            assertThat(answer.body()).doesNotContain("Tomcat", "Exception", "java", "<html");
        }
    }

    @Test
    void refusalOfAHeadRequestHasNoBody() throws IOException {
        var answer = ask("HEAD /nowhere HTTP/1.1");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void streamIsSignedBeforeItsFirstEvent() throws IOException {
        var answer = ask("GET /stream HTTP/1.1");

        assertThat(answer.header("x-served-by")).isEqualTo("order-service;v7;canary");
        assertThat(answer.body()).contains("data:one");
    }

    private Answer post(String path, String body) throws IOException {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    private Answer post(String path, byte[] body) throws IOException {
        return RawHttp.send(port, "POST " + path + " HTTP/1.1", "Content-Type: application/json", body);
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
        assertThat(answer.header("x-served-by")).isEqualTo("order-service;v7;canary");
        assertThat(answer.header("x-trace-id")).isEqualTo(TRACE);
        assertThat(answer.header("server-timing")).contains("order;dur=");
        assertThat(answer.json())
                .containsEntry("type", problem.type())
                .containsEntry("title", problem.title())
                .containsEntry("status", problem.status())
                .containsEntry("instance", path)
                .containsEntry("traceId", TRACE)
                .containsKey("detail");
    }

    record Draft(String customer, List<Item> items, Boolean express, Speed speed, Instant at) {}

    record Item(String sku, int quantity) {
        Item {
            if (!sku.equals(sku.toUpperCase(java.util.Locale.ROOT))) {
                throw new IllegalArgumentException("sku must be in capitals, was " + sku);
            }
        }
    }

    enum Speed {
        SLOW,
        FAST
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(Doors.class)
    static class Service {

        @Bean
        TraceIds traceIds() {
            return () -> TRACE;
        }

        @Bean
        TimeIsUp timeIsUp() {
            return () -> LATE.get() != null;
        }

        @Bean
        Filter refusingFilter() {
            return (request, response, chain) -> {
                LATE.remove();
                if (((HttpServletRequest) request).getRequestURI().equals("/filtered")) {
                    throw ProblemException.of(Problem.RATE_LIMITED, "too often");
                }
                chain.doFilter(request, response);
            };
        }
    }

    @RestController
    static class Doors {

        @PostMapping(path = "/orders", consumes = MediaType.APPLICATION_JSON_VALUE)
        Map<String, Object> place(@RequestBody Draft draft) {
            ServerTiming.current().orElseThrow().add("inventory.hold", Duration.ofNanos(3_100_000));
            return Map.of("customer", draft.customer());
        }

        @GetMapping("/orders")
        List<String> list(@RequestParam int limit) {
            return List.of("o-" + limit);
        }

        @GetMapping(path = "/orders/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
        Map<String, String> one(@PathVariable String id) {
            return Map.of("id", id);
        }

        @GetMapping("/orders/by/{id}")
        String byId(@PathVariable UUID id) {
            return id.toString();
        }

        @GetMapping("/keyed")
        String keyed(@RequestHeader("Idempotency-Key") String key) {
            return key;
        }

        @GetMapping("/nothing")
        ResponseEntity<Void> nothing() {
            return ResponseEntity.noContent().build();
        }

        @GetMapping("/thread")
        boolean thread() {
            return Thread.currentThread().isVirtual();
        }

        @GetMapping("/thrown")
        String thrown() {
            throw ProblemException.of(Problem.OUT_OF_STOCK, "SKU-1000: 0 left")
                    .header("Location", "/api/orders/o-1")
                    .with("orderId", "o-1")
                    .with("skus", List.of("SKU-1000"));
        }

        @GetMapping("/problem/{problem}")
        String problem(@PathVariable Problem problem) {
            throw ProblemException.of(problem, "as asked");
        }

        @GetMapping("/late")
        String late() {
            LATE.set(Thread.currentThread());
            throw new IllegalStateException("secret");
        }

        @GetMapping("/fault")
        String fault() {
            throw new IllegalStateException("secret");
        }

        @GetMapping("/sent")
        void sent(HttpServletResponse response) throws IOException {
            response.sendError(404, "secret");
        }

        @GetMapping("/stream")
        SseEmitter stream() throws IOException {
            var emitter = new SseEmitter();
            emitter.send("one");
            emitter.complete();
            return emitter;
        }
    }
}
