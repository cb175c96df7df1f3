package io.meridian.deadline.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.http.Door;
import io.meridian.deadline.http.Heard;
import io.meridian.deadline.http.Wire;
import java.util.Arrays;
import java.util.Random;
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
            "meridian.deadline.http.usual=2m",
            "meridian.deadline.http.most=2m"
        })
class CallerGoneTest {

    private static final int LOOKS = 5;

    @LocalServerPort
    private int port;

    private final Heard heard;
    private final Door.Handlers handlers;

    CallerGoneTest(@Autowired Heard heard, @Autowired Door.Handlers handlers) {
        this.heard = heard;
        this.handlers = handlers;
    }

    @BeforeEach
    void nothingHasHappened() {
        heard.forget();
        handlers.forget();
    }

    @Test
    void handlerIsInterruptedWhenItsCallerHangsUp() throws Exception {
        try (var wire = Wire.to(port)) {
            wire.send("GET /blocked");
            assertThat(handlers.next()).isEqualTo("waiting");
        }

        assertThat(handlers.next()).isEqualTo("CALLER_GONE");
        assertThat(heard.nextBut("stopped", "closed")).isEqualTo("opened http 120000");
        assertThat(heard.nextBut("closed")).isEqualTo("stopped HANDLER CALLER_GONE");
        assertThat(heard.next()).isEqualTo("closed CALLER_GONE");
    }

    @Test
    void handlerIsInterruptedWhenItsCallerResets() throws Exception {
        var wire = Wire.to(port).send("GET /blocked");
        assertThat(handlers.next()).isEqualTo("waiting");

        wire.reset();

        assertThat(handlers.next()).isEqualTo("CALLER_GONE");
    }

    @Test
    void callerThatHangsUpOnALaterRequestIsMissedToo() throws Exception {
        try (var wire = Wire.to(port)) {
            assertThat(wire.send("GET /quick").receive().status()).isEqualTo(200);
            assertThat(wire.send("GET /quick").receive().status()).isEqualTo(200);
            wire.send("GET /blocked");
            assertThat(handlers.next()).isEqualTo("waiting");
        }

        assertThat(handlers.next()).isEqualTo("CALLER_GONE");
    }

    @Test
    void callerThatWaitsIsAnsweredAndMayAskAgain() throws Exception {
        try (var wire = Wire.to(port)) {
            wire.send("GET /blocked");
            assertThat(handlers.next()).isEqualTo("waiting");
            someLooks();
            handlers.open();
            assertThat(wire.receive().body()).isEqualTo("let in");

            handlers.forget();
            wire.send("GET /blocked");
            assertThat(handlers.next()).isEqualTo("waiting");
            someLooks();
            handlers.open();
            assertThat(wire.receive().body()).isEqualTo("let in");
            assertThat(wire.send("GET /quick").receive().body()).isEqualTo("here");
        }
    }

    @Test
    void whatIsAskedBeforeTheAnswerIsNotLost() throws Exception {
        try (var wire = Wire.to(port)) {
            wire.send("GET /blocked");
            assertThat(handlers.next()).isEqualTo("waiting");
            var next = "GET /quick HTTP/1.1\r\nHost: localhost\r\nx-request-timeout-ms: 7777\r\n\r\n";
            for (var i = 0; i < next.length(); i += 9) {
                wire.sendRaw(next.substring(i, Math.min(next.length(), i + 9)));
                someLooks();
            }
            wire.sendRaw(next.repeat(90));
            someLooks();
            handlers.open();

            assertThat(wire.receive().body()).isEqualTo("let in");
            for (var i = 0; i < 91; i++) {
                var answer = wire.receive();
                assertThat(answer.body()).isEqualTo("here");
                assertThat(answer.header("x-deadline")).startsWith("granted=7777");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bodyIsReadWholeAndTheCallerMissedAfterwards(boolean chunked) throws Exception {
        var body = new byte[3_000_000];
        new Random(7).nextBytes(body);
        try (var wire = Wire.to(port)) {
            for (var i = 0; i < 3; i++) {
                post(wire, "/read", body, chunked);
                assertThat(wire.receive().body()).isEqualTo(body.length + " " + Arrays.hashCode(body));
            }
            post(wire, "/read?andWait=true", body, chunked);
            assertThat(handlers.next()).isEqualTo("waiting");
            someLooks();
            handlers.open();
            assertThat(wire.receive().body()).isEqualTo(body.length + " " + Arrays.hashCode(body) + "let in");

            handlers.forget();
            post(wire, "/read?andWait=true", body, chunked);
            assertThat(handlers.next()).isEqualTo("waiting");
        }

        assertThat(handlers.next()).isEqualTo("CALLER_GONE");
    }

    @Test
    void callerThatLeavesInTheMiddleOfItsRequestIsGone() throws Exception {
        try (var wire = Wire.to(port)) {
            wire.send("POST /read", "Content-Type: application/octet-stream", "Content-Length: 100");
            assertThat(heard.nextBut("stopped", "closed")).isEqualTo("opened http 120000");
            wire.sendRaw("not a hundred");
        }

        assertThat(heard.next()).isEqualTo("closed CALLER_GONE");
    }

    @Test
    void restOfARequestIsWaitedForUntilTheDeadline() throws Exception {
        try (var wire = Wire.to(port)) {
            wire.send(
                    "POST /read",
                    "Content-Type: application/octet-stream",
                    "Content-Length: 100",
                    "x-request-timeout-ms: 200");
            wire.sendRaw("not a hundred");

            var answer = wire.receive();
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.header("x-deadline-expired")).isEqualTo("1");
            assertThat(wire.isAtEnd()).as("what was still to come is no request").isTrue();
        }
    }

    @Test
    void streamGoesOnAndEndsWithItsCaller() throws Exception {
        try (var wire = Wire.to(port)) {
            wire.send("GET /stream");
            assertThat(handlers.next()).isEqualTo("streaming");
            for (var i = 0; i < 3; i++) {
                handlers.stream().send("event " + i);
                if (i == 0) {
                    assertThat(wire.receiveHead()).startsWith("HTTP/1.1 200");
                }
                assertThat(wire.receiveLine()).isNotEmpty();
                assertThat(wire.receiveLine()).isEqualTo("data:event " + i);
                assertThat(wire.receiveLine()).isEmpty();
                assertThat(wire.receiveLine()).isEmpty();
                someLooks();
            }
        }

        assertThat(handlers.next()).isEqualTo("CALLER_GONE");
    }

    @Test
    void streamThatEndsLeavesTheConnectionToTheNextRequest() throws Exception {
        try (var wire = Wire.to(port)) {
            wire.send("GET /stream");
            assertThat(handlers.next()).isEqualTo("streaming");
            someLooks();
            handlers.stream().complete();
            assertThat(wire.receive().status()).isEqualTo(200);
            assertThat(wire.send("GET /quick").receive().body()).isEqualTo("here");
        }
        assertThat(heard.nextBut("stopped", "closed")).isEqualTo("opened http 120000");
        assertThat(heard.nextBut("stopped", "closed CALLER_GONE")).isEqualTo("closed in time");
    }

    private static void post(Wire wire, String path, byte[] body, boolean chunked) throws Exception {
        if (!chunked) {
            wire.send("POST " + path, "Content-Type: application/octet-stream", "Content-Length: " + body.length)
                    .sendRaw(body);
            return;
        }
        wire.send("POST " + path, "Content-Type: application/octet-stream", "Transfer-Encoding: chunked");
        for (var from = 0; from < body.length; from += 10_000) {
            var to = Math.min(body.length, from + 10_000);
            wire.sendRaw(Integer.toHexString(to - from) + "\r\n");
            wire.sendRaw(Arrays.copyOfRange(body, from, to));
            wire.sendRaw("\r\n");
        }
        wire.sendRaw("0\r\n\r\n");
    }

    /** Time passes while a caller waits; nothing happens that could be waited for. */
    private static void someLooks() throws InterruptedException {
        Thread.sleep(LOOKS * Ear.EVERY_MILLIS);
    }
}
