package io.meridian.benchmarks.expiry;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** A client that says how long it waits, and measures how long it waited. */
final class Client {

    /** What came of a request. */
    record Outcome(int status, boolean marked, boolean hasLocation, long tookNanos, long budgetNanos) {

        boolean isExpired() {
            return status == 504;
        }

        /** How much later than its deadline the answer was here, in milliseconds; negative if it was in time. */
        double lateMillis() {
            return (tookNanos - budgetNanos) / 1e6;
        }
    }

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI gateway;

    Client(URI gateway) {
        this.gateway = gateway;
    }

    Outcome place(String customer, String sku, String card, int budgetMillis) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(gateway.resolve("/api/orders"))
                .header("content-type", "application/json")
                .header("idempotency-key", "\"" + UUID.randomUUID() + "\"")
                .header("x-request-timeout-ms", Integer.toString(budgetMillis))
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofString(body(customer, sku, card)))
                .build();
        var started = System.nanoTime();
        var response = http.send(request, BodyHandlers.discarding());
        return new Outcome(
                response.statusCode(),
                response.headers().firstValue("x-deadline-expired").isPresent(),
                response.headers().firstValue("location").isPresent(),
                System.nanoTime() - started,
                budgetMillis * 1_000_000L);
    }

    /** Begins an order and resets the connection before the answer. */
    void leave(String customer, String sku, String card, int afterMillis) throws IOException, InterruptedException {
        var body = body(customer, sku, card).getBytes(StandardCharsets.UTF_8);
        try (var socket = new Socket(gateway.getHost(), gateway.getPort())) {
            var head = "POST /api/orders HTTP/1.1\r\nHost: meridian\r\nContent-Type: application/json\r\nIdempotency-Key: \""
                    + UUID.randomUUID() + "\"\r\nContent-Length: " + body.length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            Thread.sleep(ThreadLocalRandom.current().nextInt(1, afterMillis));
            socket.setSoLinger(true, 0);
        }
    }

    private static String body(String customer, String sku, String card) {
        return """
                {"customerId":"%s","items":[{"sku":"%s","quantity":1}],"payment":{"token":"%s"}}"""
                .formatted(customer, sku, card);
    }
}
