package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileInputIT extends GatewayFixture {

    private static final int LIMIT = 64 * 1024;

    @Test
    void tenMegabytesAreRefusedUnread() {
        var answer = send("POST", "/api/orders", BodyPublishers.ofByteArray(new byte[10 * 1024 * 1024]));

        assertProblem(answer, 413, "too-large");
        assertThat(orders.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {LIMIT + 1, 10 * 1024 * 1024})
    void bodyWithoutALengthIsRefusedWhenItGetsTooLarge(int bytes) {
        var chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[bytes]));

        assertProblem(send("POST", "/api/orders", chunked), 413, "too-large");
        assertThat(orders.asked).isEmpty();
    }

    @Test
    void bodyAtTheLimitPasses() {
        var whole = "x".repeat(LIMIT);

        assertThat(post("/api/orders", whole).statusCode()).isEqualTo(200);
        assertThat(send("POST", "/api/orders", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(whole.getBytes(StandardCharsets.UTF_8))))
                        .statusCode())
                .isEqualTo(200);
        assertThat(orders.asked).hasSize(2).allSatisfy(it -> assertThat(it.body()).hasSize(LIMIT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/orders",
                "/api//orders",
                "/api/orders/../inventory",
                "/api/orders/%2e%2e/inventory",
                "/api/orders/.%2E/inventory",
                "/api/orders%2f0195",
                "/api/orders%5c0195",
                "/api/orders/0195;x=1",
                "/api/orders/%00",
                "/api/orders/%0d%0aSet-Cookie:%20a=b",
                "/api/inventory/SKU-0001%0d%0aX-Injected:1",
                "/docs/ui/%2e%2e/%2e%2e/application.yml"
            })
    void pathThatTwoServersMayReadDifferentlyIsRefused(String path) {
        var answer = raw("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("/problems/malformed");
        assertThat(answer.toLowerCase()).doesNotContain("\r\nset-cookie", "\r\nx-injected", "exception");
        assertNobodyWasAsked();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\r\n\r\n",
                "GET /api/orders/x HTTP/1.1\r\nHost: a\r\nX-Bad: a\u0000b\r\nConnection: close\r\n\r\n",
                "GET /api/orders/x HTTP/1.1\r\nHost: a\r\nX Bad: b\r\nConnection: close\r\n\r\n",
                "GET /api/orders/x HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
                "GET /api/orders/{x} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /api/orders/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /api/orders/x\u00e4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\nConnection: close\r\n\r\n",
                "POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\nabcdef",
                "POST /api/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n",
                "POST /api/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\nZZ\r\n\r\n"
            })
    void brokenRequestIsRefusedWithoutAskingAnybody(String bytes) {
        var answer = raw(bytes);

        assertThat(answer).matches("(?s)(HTTP/1\\.[01] 4\\d\\d .*)?");
        assertThat(answer).doesNotContain("Exception", "io.netty", "org.springframework", "\tat ");
        assertNobodyWasAsked();
    }

    @Test
    void headTooLargeIsRefusedWithoutInternals() {
        var answer = raw("GET /api/orders/x HTTP/1.1\r\nHost: a\r\nX-Large: " + "x".repeat(20 * 1024)
                + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).matches("(?s)HTTP/1\\.1 (400|431) .*").doesNotContain("Exception", "io.netty");
        assertNobodyWasAsked();
    }

    @Test
    void lineTooLongIsRefusedWithoutInternals() {
        var answer = raw("GET /api/orders/x?" + "x".repeat(20 * 1024) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(answer).matches("(?s)HTTP/1\\.1 4(00|14|31) .*").doesNotContain("Exception", "io.netty");
        assertNobodyWasAsked();
    }

    @Test
    void upgradeToWebSocketIsNotOffered() {
        var answer = raw("GET /api/orders/x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(orders.asked.getFirst().headers().contains("upgrade")).isFalse();
    }

    @Test
    void textOfAnyKindInQueriesAndHeadersIsPassedAndNothingElse() {
        var answer = get("/api/orders?customerId=x%27%20OR%20%271%27=%271%0d%0aX-Injected:1", "x-note", "'; DROP TABLE orders --");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(orders.asked.getFirst().uri()).endsWith("%0d%0aX-Injected:1");
        assertThat(orders.asked.getFirst().headers().contains("x-injected")).isFalse();
    }

    /** A connection was not read any further after this, up to Reactor Netty 1.3.7. */
    @Test
    void connectionGoesOnAfterRequestsThatWereSentAtOnce() throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            send(socket, "GET /api/inventory/SKU-0001 HTTP/1.1\r\nHost: a\r\n\r\nGET /api//x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(readUntil(socket, "/problems/malformed")).containsSubsequence("HTTP/1.1 200 ", "HTTP/1.1 400 ");

            send(socket, "GET /api/inventory/SKU-0002 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

            assertThat(readUntil(socket, "{\"fake\":true}")).contains("HTTP/1.1 200 ");
        }
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static String readUntil(Socket socket, String last) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(last) < 0) {
            var next = socket.getInputStream().read();
            assertThat(next).as("what comes after %s", text).isNotNegative();
            text.append((char) next);
        }
        return text.toString();
    }

    private static void assertNobodyWasAsked() {
        assertThat(orders.asked).isEmpty();
        assertThat(inventory.asked).isEmpty();
        assertThat(payments.asked).isEmpty();
    }
}
