package io.meridian.deadline.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.BudgetHeader;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(
        classes = Door.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.threads.virtual.enabled=true",
            "spring.main.web-application-type=servlet",
            "meridian.deadline.http.routes[0].path=/routes/**",
            "meridian.deadline.http.routes[0].most=2m"
        })
class ServletDeadlineTest {

    @LocalServerPort
    private int port;

    private final Heard heard;
    private final Door.Handlers handlers;

    ServletDeadlineTest(@Autowired Heard heard, @Autowired Door.Handlers handlers) {
        this.heard = heard;
        this.handlers = handlers;
    }

    @BeforeEach
    void nothingHasHappened() {
        heard.forgetWhatHasEnded();
        handlers.forget();
    }

    @Test
    void answerSaysWhatTheRequestHadAndWhatWasLeft() throws Exception {
        var answer = ask("/quick", "x-request-timeout-ms: 45000.5", "x-other: 1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("here");
        var budget = BudgetHeader.read(answer.header("x-deadline")).orElseThrow();
        assertThat(budget.granted()).as("the most, whatever the caller wishes").isEqualTo(Duration.ofSeconds(30));
        assertThat(budget.left()).isPositive().isLessThan(Duration.ofSeconds(30));
        assertThat(answer.header("x-deadline-expired")).isEmpty();
        assertThat(heard.next()).isEqualTo("opened http 30000");
        assertThat(heard.next()).isEqualTo("closed in time");
    }

    @Test
    void callerShortensTheBudget() throws Exception {
        assertThat(granted(ask("/quick", "x-request-timeout-ms: 20000.25"))).isEqualTo(Duration.ofNanos(20_000_250_000L));
    }

    @Test
    void callerThatNamesNothingHasTheUsual() throws Exception {
        assertThat(granted(ask("/quick"))).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void pathHasItsOwnBudget() throws Exception {
        assertThat(granted(ask("/routes/long"))).isEqualTo(Duration.ofSeconds(5));
        assertThat(granted(ask("/routes/long", "x-request-timeout-ms: 99999999"))).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void othersHeadersCountOnlyAtTheEdge() throws Exception {
        assertThat(granted(ask("/quick", "grpc-timeout: 2S", "x-envoy-expected-rq-timeout-ms: 1000")))
                .isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "1e3", "123456789", "1.2345", "\"<"})
    void whatCannotBeReadIsRefused(String value) throws Exception {
        var answer = ask("/quick", "x-request-timeout-ms: " + value);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.body())
                .contains("\"type\":\"/problems/malformed\"")
                .contains("the header x-request-timeout-ms needs milliseconds as 1 to 8 digits, with up to 3 decimals, was "
                        + value.replace("\"", "\\\""));
        assertThat(heard.next()).isEqualTo("malformed x-request-timeout-ms");
        assertThat(heard.isQuiet()).isTrue();
    }

    @Test
    void whatIsSaidTwiceCannotBeRead() throws Exception {
        var answer = ask("/quick", "x-request-timeout-ms: 1000", "x-request-timeout-ms: 2000");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("was 1000, 2000");
    }

    @Test
    void spentBudgetIsRefusedWithoutWork() throws Exception {
        var answer = ask("/blocked", "x-request-timeout-ms: 0");

        assertExpired(answer, "/blocked");
        assertThat(answer.header("x-deadline")).isEqualTo("granted=0, left=0");
        assertThat(heard.next()).isEqualTo("refused http");
        assertThat(heard.isQuiet()).isTrue();
    }

    @Test
    void handlerIsInterruptedAtItsDeadlineAndTheCallerIsTold() throws Exception {
        var answer = ask("/blocked", "x-request-timeout-ms: 50");

        assertExpired(answer, "/blocked");
        assertThat(answer.body()).contains("there is no answer within the 50 ms that this request had");
        assertThat(answer.header("x-deadline")).isEqualTo("granted=50, left=0");
        assertThat(handlers.next()).isEqualTo("waiting");
        assertThat(handlers.next()).isEqualTo("EXPIRED");
        assertThat(heard.next()).isEqualTo("opened http 50");
        assertThat(heard.next()).isEqualTo("stopped HANDLER EXPIRED");
        assertThat(heard.next()).isEqualTo("closed EXPIRED");
    }

    @Test
    void connectionOutlivesADeadline() throws Exception {
        try (var wire = Wire.to(port)) {
            assertThat(wire.send("GET /blocked", "x-request-timeout-ms: 50").receive().status()).isEqualTo(504);
            assertThat(wire.send("GET /blocked", "x-request-timeout-ms: 50").receive().status()).isEqualTo(504);
            assertThat(wire.send("GET /quick").receive().status()).isEqualTo(200);
        }
    }

    @Test
    void headersThatSayWhatBecameOfItStay() throws Exception {
        var answer = ask("/ordered", "x-request-timeout-ms: 50");

        assertExpired(answer, "/ordered");
        assertThat(answer.header("location")).isEqualTo("/orders/7");
    }

    @Test
    void failureWordedByTheServiceIsStillOneOfTheDeadline() throws Exception {
        var answer = ask("/words-it", "x-request-timeout-ms: 50");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.header("x-deadline-expired")).isEqualTo("1");
        assertThat(answer.body()).isEqualTo("our own words");
    }

    @Test
    void errorSentByTheServiceIsStillOneOfTheDeadline() throws Exception {
        assertExpired(ask("/sends-error", "x-request-timeout-ms: 50"), "/sends-error");
    }

    @Test
    void failureInTimeIsLeftAsItIs() throws Exception {
        var answer = ask("/fails");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("x-deadline-expired")).isEmpty();
        assertThat(answer.header("x-deadline")).startsWith("granted=5000, left=4");
    }

    @Test
    void answerThatIsLateIsGiven() throws Exception {
        var answer = ask("/late", "x-request-timeout-ms: 50");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("better late");
        assertThat(answer.header("x-deadline")).isEqualTo("granted=50, left=0");
    }

    @Test
    void hopThatIsCutBeforeTheDeadlineCountsAsTheDeadline() throws Exception {
        var answer = ask("/cut");

        assertExpired(answer, "/cut");
        assertThat(answer.header("x-deadline")).startsWith("granted=5000, left=4");
    }

    @Test
    void answerThatHasBegunIsTornAndNotReplaced() throws Exception {
        try (var wire = Wire.to(port)) {
            wire.send("GET /torn", "x-request-timeout-ms: 300");

            assertThat(wire.receiveHead()).startsWith("HTTP/1.1 200");
            assertThat(wire.receiveLine()).isEqualTo("9");
            assertThat(wire.receiveLine()).isEqualTo("a part of");
            assertThat(wire.receiveRest()).as("no last chunk").doesNotEndWith("0\r\n\r\n");
        }
        assertThat(heard.next()).isEqualTo("opened http 300");
        assertThat(heard.next()).isEqualTo("stopped ANSWER EXPIRED");
    }

    @Test
    void asynchronousRequestIsAnsweredToo() throws Exception {
        var answer = ask("/deferred", "x-request-timeout-ms: 50");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.header("x-deadline-expired")).isEqualTo("1");
        assertThat(heard.next()).isEqualTo("opened http 50");
        assertThat(heard.next()).isEqualTo("stopped HANDLER EXPIRED");
        assertThat(heard.next()).isEqualTo("closed EXPIRED");
        assertThat(heard.isQuiet()).isTrue();
    }

    private Wire.Answer ask(String path, String... headers) throws IOException {
        return Wire.ask(port, "GET " + path, headers);
    }

    private static Duration granted(Wire.Answer answer) {
        return BudgetHeader.read(answer.header("x-deadline")).orElseThrow().granted();
    }

    private static void assertExpired(Wire.Answer answer, String path) {
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.header("x-deadline-expired")).isEqualTo("1");
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.body())
                .startsWith("{\"type\":\"/problems/deadline-exceeded\",\"title\":\"The deadline has passed\",\"status\":504,")
                .contains("\"instance\":\"" + path + "\"");
    }
}
