package io.meridian.edges.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FaultDeskTest {

    private static final String PATH = "/actuator/faults";

    private final ManualTimer timer = new ManualTimer();
    private final FaultBoard board = new FaultBoard(timer.time().nanos(), timer, new SplittableRandom(1));
    private final FaultDesk desk = new FaultDesk(
            board,
            List.of(
                    () -> Map.of("payment.authorise", "gRPC payment.v1.PaymentService/Authorise"),
                    () -> Map.of("payment.read", "HTTP GET /api/payments/{orderId}")));

    @Test
    void tellsWhatCanBeBroken() {
        var state = json(ask("GET", null, ""));

        assertThat(state.path("faults").size()).isZero();
        assertThat(state.path("targets").propertyNames())
                .containsExactly("payment.*", "payment.authorise", "payment.read");
        assertThat(state.path("targets").path("payment.read").asString()).isEqualTo("HTTP GET /api/payments/{orderId}");
    }

    @Test
    void faultIsSetReplacedAndRead() {
        put("{\"target\":\"payment.authorise\",\"hang\":true}");
        var state = json(put(
                """
                {"target":"Payment.Authorise","latencyMs":800,"spread":0.5,"workers":20,"errorRate":0.3,"error":"internal","forSeconds":60}"""));

        assertThat(state.path("faults").size()).isEqualTo(1);
        var fault = state.path("faults").get(0);
        assertThat(fault.toString())
                .contains("\"target\":\"payment.authorise\",\"latencyMs\":800,\"spread\":0.5,\"workers\":20,\"errorRate\":0.3,"
                        + "\"error\":\"internal\",\"hang\":false,\"forSeconds\":60,\"remainingSeconds\":60.0,\"struck\":0");

        board.cross("payment.authorise");
        timer.pass(Duration.ofMillis(1_500));

        fault = json(ask("GET", null, "")).path("faults").get(0);
        assertThat(fault.path("remainingSeconds").asDouble()).isEqualTo(58.5);
        assertThat(fault.path("struck").asInt()).isEqualTo(1);
    }

    @Test
    void faultWithoutAnEndLastsThirtySeconds() {
        put("{\"target\":\"payment.authorise\",\"latencyMs\":1}");

        timer.pass(Duration.ofSeconds(29));
        assertThat(board.isQuiet()).isFalse();
        timer.pass(Duration.ofSeconds(1));
        assertThat(board.isQuiet()).isTrue();
    }

    @Test
    void oneOrAllAreEnded() {
        put("{\"target\":\"payment.authorise\",\"latencyMs\":1}");
        put("{\"target\":\"payment.read\",\"latencyMs\":1}");
        put("{\"target\":\"payment.*\",\"latencyMs\":1}");

        assertThat(json(ask("DELETE", "payment.read", "")).path("faults").size()).isEqualTo(2);
        assertThat(json(ask("DELETE", "payment.read", "")).path("faults").size()).isEqualTo(2);
        assertThat(json(ask("DELETE", null, "")).path("faults").size()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"latencyMs":1}                                                    | target: expected one of payment.*, payment.authorise, payment.read, found nothing
                    {"target":"payment.void","latencyMs":1}                            | target: expected one of payment.*, payment.authorise, payment.read, found "payment.void"
                    {"target":"payment.authorise"}                                     | a fault must have one of latencyMs, errorRate, workers and hang
                    {"target":"payment.authorise","latencyMs":-1}                      | latencyMs must be in 0..60000, was -1
                    {"target":"payment.authorise","latencyMs":60001}                   | latencyMs must be in 0..60000, was 60001
                    {"target":"payment.authorise","latencyMs":2.5}                     | latencyMs: expected a whole number, found a number with a fraction
                    {"target":"payment.authorise","latencyMs":"800"}                   | latencyMs: expected a whole number, found text
                    {"target":"payment.authorise","latencyMs":99999999999}             | latencyMs: expected a whole number, found a number out of its range
                    {"target":"payment.authorise","errorRate":1.01}                    | errorRate must be in 0..1, was 1.01
                    {"target":"payment.authorise","errorRate":-0.1}                    | errorRate must be in 0..1, was -0.1
                    {"target":"payment.authorise","latencyMs":1,"spread":2.1}          | spread must be in 0..2, was 2.1
                    {"target":"payment.authorise","errorRate":1,"spread":1}            | spread must stand with a latencyMs of 1 and more, was 1.0 without
                    {"target":"payment.authorise","workers":1001}                      | workers must be in 0..1000, was 1001
                    {"target":"payment.authorise","hang":true,"latencyMs":1}           | hang must stand without latencyMs and errorRate: a call that hangs is not answered
                    {"target":"payment.authorise","hang":true,"forSeconds":0}          | forSeconds must be in 1..600, was 0
                    {"target":"payment.authorise","hang":true,"forSeconds":601}        | forSeconds must be in 1..600, was 601
                    {"target":"payment.authorise","errorRate":1,"error":"teapot"}      | error must be unavailable or internal, was "teapot"
                    {"target":"payment.authorise","latency":1}                         | latency: unknown field; expected one of error, errorRate, forSeconds, hang, latencyMs, spread, target, workers
                    {"target":"payment.authorise","hang":true,"hang":true}             | field "hang" is given more than once
                    {"target":"payment.authorise"                                      | body: the JSON ends before it is complete
                    []                                                                 | body: expected an object, found a list
                    null                                                               | body: expected an object, found null
                    ''                                                                 | expected a JSON value, found nothing
                    """)
    void nonsenseIsRefusedByNameAndChangesNothing(String body, String detail) {
        var answer = put(body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.headers()).containsEntry("Content-Type", "application/problem+json");
        assertThat(json(answer).path("type").asString()).isEqualTo("/problems/malformed");
        assertThat(json(answer).path("detail").asString()).isEqualTo(detail);
        assertThat(json(answer).path("instance").asString()).isEqualTo(PATH);
        assertThat(board.isQuiet()).isTrue();
    }

    @Test
    void otherMethodsLongBodiesAndUnknownTargetsAreRefused() {
        var post = ask("POST", null, "{}");
        assertThat(post.status()).isEqualTo(405);
        assertThat(post.headers()).containsEntry("Allow", "GET, HEAD, PUT, DELETE");

        assertThat(put(" ".repeat(FaultDesk.MOST_BYTES + 1)).status()).isEqualTo(413);
        assertThat(ask("DELETE", "payment.void", "").status()).isEqualTo(400);
    }

    @Test
    void nothingIsSetOnAnApplicationThatStops() {
        board.close();

        assertThat(put("{\"target\":\"payment.authorise\",\"hang\":true}").status()).isEqualTo(503);
    }

    private FaultDesk.Answer put(String body) {
        return ask("PUT", null, body);
    }

    private FaultDesk.Answer ask(String method, @Nullable String target, String body) {
        return desk.answer(method, target, body.getBytes(StandardCharsets.UTF_8), PATH);
    }

    private static JsonNode json(FaultDesk.Answer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }
}
