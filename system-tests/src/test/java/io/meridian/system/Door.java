package io.meridian.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client at the platform's front door, with the few words the tests need. */
final class Door {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI base;

    Door(URI base) {
        this.base = base;
    }

    /** An answer with its body read as JSON; a body that is not JSON is a text node. */
    record Answer(int status, HttpResponse<String> response, JsonNode body) {

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        String text(String field) {
            return body.path(field).asString("");
        }

        String orderId() {
            var location = header("location");
            return location.substring(location.lastIndexOf('/') + 1);
        }

        @Override
        public String toString() {
            return status + " " + response.headers().map() + " " + response.body();
        }
    }

    static String freshKey() {
        return "\"" + UUID.randomUUID() + "\"";
    }

    static String order(String customer, String sku, int quantity, String card) {
        return """
                {"customerId":"%s","items":[{"sku":"%s","quantity":%d}],"payment":{"token":"%s"}}"""
                .formatted(customer, sku, quantity, card);
    }

    Answer place(String key, String body) {
        return send("POST", "/api/orders", BodyPublishers.ofString(body), "idempotency-key", key, "content-type", "application/json");
    }

    Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    Answer cancel(String orderId) {
        return send("POST", "/api/orders/" + orderId + "/cancel", BodyPublishers.noBody());
    }

    Answer send(String method, String path, BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            var response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response, json(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + method + " " + path, e);
        }
    }

    /** The data of an order's event stream, in order, until the stream ends or {@code enough} is met. */
    List<JsonNode> stream(String orderId, Predicate<JsonNode> enough) {
        var request = HttpRequest.newBuilder(base.resolve("/api/orders/" + orderId + "/events"))
                .header("accept", "text/event-stream")
                .timeout(PATIENCE)
                .build();
        var seen = new ArrayList<JsonNode>();
        try {
            var response = client.send(request, BodyHandlers.ofLines());
            try (var lines = response.body()) {
                var iterator = lines.iterator();
                while (iterator.hasNext()) {
                    var line = iterator.next();
                    if (line.startsWith("data:")) {
                        var data = json(line.substring("data:".length()).strip());
                        seen.add(data);
                        if (enough.test(data)) {
                            break;
                        }
                    }
                }
            }
            return seen;
        } catch (IOException e) {
            throw new UncheckedIOException("stream of " + orderId + " after " + seen, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while streaming " + orderId, e);
        }
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (RuntimeException notJson) {
            return JSON.getNodeFactory().stringNode(body);
        }
    }
}
