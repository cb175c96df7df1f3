package io.meridian.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a stranger sends: a 4xx problem that says what was expected, nothing of the inside, nothing stored. */
@ResourceLock(RunningPlatform.SHARED)
@ExtendWith(RunningPlatform.class)
class BadInputIT {

    private static final String CUSTOMER = "bad-" + UUID.randomUUID();
    private static final String LINE = "{\"sku\":\"SKU-0001\",\"quantity\":1}";

    private final Meridian meridian;
    private final Door door;

    BadInputIT(Meridian meridian) {
        this.meridian = meridian;
        this.door = meridian.gateway();
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments("empty body", ""),
                arguments("no JSON", "place an order"),
                arguments("cut off", "{\"customerId\":\"" + CUSTOMER + "\",\"items\":["),
                arguments("an array", "[]"),
                arguments("null", "null"),
                arguments("trailing tokens", body("[" + LINE + "]") + "{}"),
                arguments("unknown field", body("[" + LINE + "]").replace("}}", "},\"discount\":100}")),
                arguments("unknown nested field", body("[{\"sku\":\"SKU-0001\",\"quantity\":1,\"unitPrice\":1}]")),
                arguments("missing customer", "{\"items\":[" + LINE + "],\"payment\":{\"token\":\"tok_ok\"}}"),
                arguments("missing items", "{\"customerId\":\"" + CUSTOMER + "\",\"payment\":{\"token\":\"tok_ok\"}}"),
                arguments("missing payment", "{\"customerId\":\"" + CUSTOMER + "\",\"items\":[" + LINE + "]}"),
                arguments("null item", body("[null]")),
                arguments("no items", body("[]")),
                arguments("items of text", body("\"SKU-0001\"")),
                arguments("quantity as text", body("[{\"sku\":\"SKU-0001\",\"quantity\":\"1\"}]")),
                arguments("quantity as fraction", body("[{\"sku\":\"SKU-0001\",\"quantity\":1.5}]")),
                arguments("quantity as boolean", body("[{\"sku\":\"SKU-0001\",\"quantity\":true}]")),
                arguments("quantity missing", body("[{\"sku\":\"SKU-0001\"}]")),
                arguments("quantity zero", body("[{\"sku\":\"SKU-0001\",\"quantity\":0}]")),
                arguments("quantity negative", body("[{\"sku\":\"SKU-0001\",\"quantity\":-1}]")),
                arguments("quantity huge", body("[{\"sku\":\"SKU-0001\",\"quantity\":2147483647}]")),
                arguments("quantity beyond an int", body("[{\"sku\":\"SKU-0001\",\"quantity\":99999999999999999999}]")),
                arguments("duplicate SKU", body("[" + LINE + "," + LINE + "]")),
                arguments("unknown SKU", body("[{\"sku\":\"SKU-9999\",\"quantity\":1}]")),
                arguments("malformed SKU", body("[{\"sku\":\"nothing\",\"quantity\":1}]")),
                arguments("SQL as SKU", body("[{\"sku\":\"SKU-0001'; DROP TABLE orders;--\",\"quantity\":1}]")),
                arguments("SQL as customer", body("[" + LINE + "]").replace(CUSTOMER, "x' OR '1'='1")),
                arguments("NUL in customer", body("[" + LINE + "]").replace(CUSTOMER, "a\\u0000b")),
                arguments("customer too long", body("[" + LINE + "]").replace(CUSTOMER, "c".repeat(65))),
                arguments("customer as number", body("[" + LINE + "]").replace("\"" + CUSTOMER + "\"", "1")),
                arguments("empty token", body("[" + LINE + "]").replace("tok_ok", "")),
                arguments("token too long", body("[" + LINE + "]").replace("tok_ok", "t".repeat(65))),
                arguments("ten thousand items", body(items(10_000))),
                arguments("a hundred and one items", body(items(101))),
                arguments("deep nesting", "[".repeat(20_000)));
    }

    private static String items(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"sku\":\"SKU-%04d\",\"quantity\":1}".formatted(i % 1_000))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String body(String items) {
        return "{\"customerId\":\"%s\",\"items\":%s,\"payment\":{\"token\":\"tok_ok\"}}".formatted(CUSTOMER, items);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void malformedOrderIsRefusedByName(String name, String body) {
        var answer = door.place(Door.freshKey(), body);

        assertThat(answer.status()).as("%s: %s", name, answer).isIn(400, 413);
        assertRefusalOf(answer);
        assertNothingStored();
    }

    @Test
    void tenMegabytesAreRefusedUnread() {
        var answer = door.send(
                "POST",
                "/api/orders",
                BodyPublishers.ofByteArray(new byte[10 * 1024 * 1024]),
                "content-type",
                "application/json",
                "idempotency-key",
                Door.freshKey());

        JourneyIT.assertProblem(answer, 413, "too-large");
    }

    @Test
    void invalidUtf8IsRefused() {
        var bytes = body("[" + LINE + "]").getBytes(StandardCharsets.ISO_8859_1);
        bytes[16] = (byte) 0xC3;
        bytes[17] = (byte) 0x28;

        var answer = door.send(
                "POST",
                "/api/orders",
                BodyPublishers.ofByteArray(bytes),
                "content-type",
                "application/json",
                "idempotency-key",
                Door.freshKey());

        JourneyIT.assertProblem(answer, 400, "malformed");
    }

    @Test
    void missingKeyIsRefused() {
        var answer = door.send(
                "POST",
                "/api/orders",
                BodyPublishers.ofString(body("[" + LINE + "]")),
                "content-type",
                "application/json");

        JourneyIT.assertProblem(answer, 400, "malformed");
        assertThat(answer.text("detail")).containsIgnoringCase("Idempotency-Key");
        assertNothingStored();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"unclosed", "\"a\" \"b\""})
    void malformedKeyIsRefused(String key) {
        JourneyIT.assertProblem(door.place(key, body("[" + LINE + "]")), 400, "malformed");
        assertNothingStored();
    }

    @Test
    void keyOfTwoHundredAndFiftySixCharactersIsRefused() {
        JourneyIT.assertProblem(
                door.place("\"" + "k".repeat(256) + "\"", body("[" + LINE + "]")), 400, "malformed");
        assertNothingStored();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/orders?customerId=c-1&limit=0",
                "/api/orders?customerId=c-1&limit=101",
                "/api/orders?customerId=c-1&limit=ten",
                "/api/orders?customerId=c-1&after=nothing",
                "/api/orders?customerId=x%27%20OR%20%271%27=%271",
                "/api/orders/not-an-id",
                "/api/orders/%00",
                "/api/inventory?limit=-1",
                "/api/inventory?after=%27;DROP%20TABLE%20products",
                "/api/payments/not-an-id",
            })
    void malformedQuestionIsRefused(String path) {
        var answer = door.get(path);

        assertThat(answer.status()).as(answer.toString()).isIn(400, 404);
        assertRefusalOf(answer);
    }

    @Test
    void unknownThingsAreNotFound() {
        JourneyIT.assertProblem(door.get("/api/orders/01900000-0000-7000-8000-000000000000"), 404, "not-found");
        JourneyIT.assertProblem(door.get("/api/inventory/SKU-9999"), 404, "not-found");
        JourneyIT.assertProblem(door.get("/api/payments/01900000-0000-7000-8000-000000000000"), 404, "not-found");
        JourneyIT.assertProblem(door.get("/api/nothing"), 404, "not-found");
        JourneyIT.assertProblem(door.cancel("01900000-0000-7000-8000-000000000000"), 404, "not-found");
    }

    @Test
    void wrongMethodNamesTheRightOnes() {
        var answer = door.send("DELETE", "/api/orders", BodyPublishers.noBody());

        JourneyIT.assertProblem(answer, 405, "method-not-allowed");
        assertThat(answer.header("allow")).contains("POST", "GET");
        JourneyIT.assertProblem(
                door.send("POST", "/api/inventory/SKU-0001", BodyPublishers.ofString("{}"), "content-type", "application/json"),
                405,
                "method-not-allowed");
    }

    @Test
    void wrongMediaTypeIsRefused() {
        var answer = door.send(
                "POST",
                "/api/orders",
                BodyPublishers.ofString(body("[" + LINE + "]")),
                "content-type",
                "text/plain",
                "idempotency-key",
                Door.freshKey());

        JourneyIT.assertProblem(answer, 415, "unsupported-media-type");
        assertNothingStored();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/orders/x HTTP/1.1\r\nHost: a\r\nX-Bad: a\u0000b\r\nConnection: close\r\n\r\n",
                "GET /api/inventory/SKU-0001%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /api/../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /api/inventory/SKU-0001 HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
                "POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\nConnection: close\r\n\r\n",
                "POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
                "NONSENSE\r\n\r\n",
            })
    void brokenRequestLineOrHeaderIsNeverAServerError(String raw) throws IOException {
        var head = meridian.rawAnswer(raw);

        assertThat(head).doesNotContain("\r\nSet-Cookie", "Exception", "\tat ");
        if (!head.isEmpty()) {
            assertThat(head).matches("(?s)HTTP/1\\.[01] 4\\d\\d .*");
        }
    }

    private static void assertRefusalOf(Door.Answer answer) {
        assertThat(answer.header("content-type")).as(answer.toString()).startsWith("application/problem+json");
        assertThat(answer.text("detail")).as(answer.toString()).isNotBlank();
        assertThat(answer.toString())
                .doesNotContain("Exception", "io.meridian", "org.springframework", "tools.jackson", "\tat ", "SELECT", "INSERT");
    }

    private void assertNothingStored() {
        var accepted = door.get("/api/orders?customerId=" + CUSTOMER);
        assertThat(accepted.body().path("items")).allMatch(it -> it.path("status").asString("").equals("REJECTED"));
    }

    /** One raw exchange; here because HttpClient refuses to send what these tests must send. */
    static String exchange(String host, int port, String raw) throws IOException {
        try (var socket = new Socket(host, port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(raw.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readNBytes(8_192), StandardCharsets.ISO_8859_1);
        }
    }
}
