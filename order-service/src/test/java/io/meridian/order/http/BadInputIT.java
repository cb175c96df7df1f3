package io.meridian.order.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.order.WholeService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent: a 4xx problem that says what was expected, and nothing stored. */
class BadInputIT extends WholeService {

    private static final String GOOD = body("c-1", "tok_ok");

    private long orders;
    private long keys;

    @BeforeEach
    void countWhatIsStored() {
        orders = count("orders");
        keys = count("idempotency_keys");
    }

    @AfterEach
    void nothingWasStored() {
        assertThat(count("orders")).isEqualTo(orders);
        assertThat(count("idempotency_keys")).isEqualTo(keys);
    }

    static Stream<Arguments> bodies() {
        var many = new StringBuilder();
        IntStream.range(0, 1_500).forEach(it -> many.append(it == 0 ? "" : ",").append("{\"sku\":\"SKU-0001\",\"quantity\":1}"));
        return Stream.of(
                Arguments.of("", "body"),
                Arguments.of("null", ""),
                Arguments.of("[]", ""),
                Arguments.of("\"text\"", ""),
                Arguments.of("{", ""),
                Arguments.of(GOOD + "x", ""),
                Arguments.of(GOOD + GOOD, ""),
                Arguments.of("{}", "customerId"),
                Arguments.of(GOOD.replace("\"customerId\"", "\"admin\":true,\"customerId\""), "admin"),
                Arguments.of(GOOD.replace("\"quantity\"", "\"unitPrice\":{\"amount\":1,\"currency\":\"EUR\"},\"quantity\""), "unitPrice"),
                Arguments.of(GOOD.replace("\"customerId\":", "\"customerId\":\"c-0\",\"customerId\":"), ""),
                Arguments.of(GOOD.replace("\"c-1\"", "1"), "customerId"),
                Arguments.of(GOOD.replace("\"c-1\"", "null"), "customerId"),
                Arguments.of(GOOD.replace("\"c-1\"", "[\"c-1\"]"), "customerId"),
                Arguments.of(GOOD.replace("\"c-1\"", "\"\""), "customerId"),
                Arguments.of(GOOD.replace("c-1", "c 1"), "customerId"),
                Arguments.of(GOOD.replace("c-1", "x".repeat(65)), "customerId"),
                Arguments.of(GOOD.replace("c-1", "'; DROP TABLE orders; --"), "customerId"),
                Arguments.of(GOOD.replace("c-1", "c\\u0000"), "customerId"),
                Arguments.of(GOOD.replace("c-1", "\\ud800"), "customerId"),
                Arguments.of(GOOD.replace(":2", ":\"2\""), "quantity"),
                Arguments.of(GOOD.replace(":2", ":2.0"), "quantity"),
                Arguments.of(GOOD.replace(":2", ":2e0"), "quantity"),
                Arguments.of(GOOD.replace(":2", ":true"), "quantity"),
                Arguments.of(GOOD.replace(":2", ":null"), "quantity"),
                Arguments.of(GOOD.replace(":2", ":0"), "quantity"),
                Arguments.of(GOOD.replace(":2", ":-2"), "quantity"),
                Arguments.of(GOOD.replace(":2", ":10001"), "quantity"),
                Arguments.of(GOOD.replace(":2", ":99999999999999999999"), "quantity"),
                Arguments.of(GOOD.replace(":2", ":1e400"), "quantity"),
                Arguments.of(GOOD.replace("SKU-0001", "SKU-1"), "sku"),
                Arguments.of(GOOD.replace("SKU-0001", "SKU-0001' OR '1'='1"), "sku"),
                Arguments.of(GOOD.replace("\"SKU-0001\"", "{}"), "sku"),
                Arguments.of(body("c-1", "tok_ok", "SKU-0001", "SKU-0001"), "SKU-0001 twice"),
                Arguments.of(GOOD.replaceAll("\"items\":\\[.*]", "\"items\":[]"), "items"),
                Arguments.of(GOOD.replaceAll("\"items\":\\[.*]", "\"items\":{}"), "items"),
                Arguments.of(GOOD.replaceAll("\"items\":\\[.*]", "\"items\":[null]"), "items[0]"),
                Arguments.of(GOOD.replaceAll("\"items\":\\[.*]", "\"items\":[" + many + "]"), "1500 items"),
                Arguments.of(GOOD.replaceAll(",\"payment\":.*", "}"), "payment.token"),
                Arguments.of(GOOD.replace("tok_ok", ""), "payment.token"),
                Arguments.of(GOOD.replace("tok_ok", "t".repeat(65)), "payment.token"),
                Arguments.of(GOOD.replace("tok_ok", "tok ok"), "payment.token"),
                Arguments.of(GOOD.replace("\"tok_ok\"", "7"), "token"),
                Arguments.of("[".repeat(2_000), ""));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBadBodyIsMalformed(String body, String words) {
        var response = place(key(), body);

        assertProblem(response, 400, "malformed");
        assertThat(json(response).get("detail").asString()).contains(words);
    }

    @Test
    void invalidUtf8IsMalformed() {
        for (var bytes : new byte[][] {{(byte) 0xff}, {(byte) 0xc0, (byte) 0x80}, {(byte) 0xe2, (byte) 0x82}}) {
            var raw = new ByteArrayOutputStream();
            raw.writeBytes("{\"customerId\":\"c-".getBytes(UTF_8));
            raw.writeBytes(bytes);
            raw.writeBytes(GOOD.substring(GOOD.indexOf("\",\"items")).getBytes(UTF_8));

            var response = send(post().POST(BodyPublishers.ofByteArray(raw.toByteArray())));

            assertProblem(response, 400, "malformed");
        }
    }

    @Test
    void aBodyOverTheLimitIsTooLargeAnnouncedOrNot() {
        var items = new StringBuilder();
        IntStream.range(0, 10_000)
                .forEach(it -> items.append(it == 0 ? "" : ",").append("{\"sku\":\"SKU-%04d\",\"quantity\":1}".formatted(it)));
        var tenThousand = GOOD.replaceAll("\"items\":\\[.*]", "\"items\":[" + items + "]");
        var tenMegabytes = new byte[10 << 20];
        java.util.Arrays.fill(tenMegabytes, (byte) ' ');

        assertProblem(place(key(), tenThousand), 413, "too-large");
        assertRefused(post().POST(BodyPublishers.ofByteArray(tenMegabytes)));
        assertRefused(post().POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(tenMegabytes))));
    }

    /** Who refuses to read ten megabytes may be heard or may just hang up, as the network has it. */
    private void assertRefused(HttpRequest.Builder request) {
        HttpResponse<String> response;
        try {
            response = send(request);
        } catch (IllegalStateException hungUp) {
            assertThat(hungUp).hasCauseInstanceOf(IOException.class);
            return;
        }
        assertProblem(response, 413, "too-large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "\"\"", "\"abc", "\"a\"b\"", "k\u00e9y"})
    void aBadKeyIsMalformed(String key) throws IOException {
        assertThat(raw("Idempotency-Key: " + key + "\r\n")).startsWith("HTTP/1.1 400").contains("/problems/malformed");
    }

    @Test
    void aKeyThatIsMissingTooLongOrTwiceIsMalformed() throws IOException {
        assertThat(raw("")).startsWith("HTTP/1.1 400").contains("Idempotency-Key: expected", "missing");
        assertThat(raw("Idempotency-Key: \r\n")).startsWith("HTTP/1.1 400");
        assertThat(raw("Idempotency-Key: " + "k".repeat(256) + "\r\n")).startsWith("HTTP/1.1 400");
        assertThat(raw("Idempotency-Key: a\r\nIdempotency-Key: b\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void headersThatAreInjectedAreNotAnswered() throws IOException {
        assertThat(raw("Idempotency-Key: a\u0000b\r\n")).startsWith("HTTP/1.1 400");
        assertThat(raw("Idempotency-Key: \"a%0d%0aX-Evil: 1\r\nContent-Length : 1\r\n")).startsWith("HTTP/1.1 400");
        var answered = get("/api/orders/x%0d%0aX-Evil:%201");
        assertProblem(answered, 400, "malformed");
        assertThat(answered.headers().firstValue("X-Evil")).isEmpty();
    }

    @Test
    void otherMediaTypesAndMethodsAreRefusedByName() {
        assertProblem(send(post().setHeader("Content-Type", "text/plain").POST(BodyPublishers.ofString(GOOD))), 415, "unsupported-media-type");
        assertProblem(send(request("/api/orders").header("Idempotency-Key", key()).header("Content-Type", "application/xml")
                .POST(BodyPublishers.ofString("<order/>"))), 415, "unsupported-media-type");
        var put = send(post().PUT(BodyPublishers.ofString(GOOD)));
        assertProblem(put, 405, "method-not-allowed");
        assertThat(header(put, "Allow")).contains("POST");
        assertProblem(send(request("/api/orders").DELETE()), 405, "method-not-allowed");
        assertProblem(get("/api/nothing"), 404, "not-found");
        assertProblem(send(request("/api/orders").header("Accept", "text/html")), 406, "not-acceptable");
    }

    private HttpRequest.Builder post() {
        return request("/api/orders").header("Idempotency-Key", key()).header("Content-Type", "application/json");
    }

    /** What is answered to a request that no client library would send. */
    private String raw(String headers) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("POST /api/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + GOOD.length() + "\r\n" + headers + "\r\n" + GOOD)
                            .getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
