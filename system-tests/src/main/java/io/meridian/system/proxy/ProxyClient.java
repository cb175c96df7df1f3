package io.meridian.system.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes and poisons proxies by Toxiproxy's API, whoever serves it. */
public final class ProxyClient {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final URI root;

    /** @param root of the API, such as {@code http://127.0.0.1:8474} */
    public ProxyClient(URI root) {
        this.root = root;
    }

    /** What the API answered. */
    public record Reply(int status, JsonNode body) {}

    /** Makes an enabled proxy. */
    public void create(String name, String listen, String upstream) {
        expect(201, ask("POST", "/proxies", Map.of("name", name, "listen", listen, "upstream", upstream, "enabled", true)));
    }

    public void add(String proxy, Dose dose) {
        expect(
                200,
                ask(
                        "POST",
                        "/proxies/" + proxy + "/toxics",
                        Map.of(
                                "name", dose.name(),
                                "type", dose.toxic().type(),
                                "stream", dose.stream().word(),
                                "toxicity", dose.toxicity(),
                                "attributes", dose.toxic().attributes())));
    }

    public void remove(String proxy, String toxic) {
        expect(204, ask("DELETE", "/proxies/" + proxy + "/toxics/" + toxic, Map.of()));
    }

    /** Whether it lets anybody through at all. */
    public void enable(String proxy, boolean enabled) {
        expect(200, ask("POST", "/proxies/" + proxy, Map.of("enabled", enabled)));
    }

    /** Enables all proxies and removes all toxics. */
    public void reset() {
        expect(204, ask("POST", "/reset", Map.of()));
    }

    /** What the API says of a proxy. */
    public JsonNode show(String proxy) {
        return expect(200, ask("GET", "/proxies/" + proxy, Map.of()));
    }

    /** One request, whatever is answered. */
    public Reply ask(String method, String path, Map<String, ?> body) {
        return send(method, path, body.isEmpty() ? "" : JSON.writeValueAsString(body));
    }

    Reply send(String method, String path, String body) {
        var request = HttpRequest.newBuilder(root.resolve(path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            var text = response.body();
            return new Reply(
                    response.statusCode(),
                    text.startsWith("{") || text.startsWith("[")
                            ? JSON.readTree(text)
                            : JSON.getNodeFactory().stringNode(text));
        } catch (IOException e) {
            throw new UncheckedIOException("the proxies at " + root + " do not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the proxies were asked", e);
        }
    }

    private JsonNode expect(int status, Reply reply) {
        if (reply.status() != status) {
            throw new IllegalStateException(
                    "the proxies at " + root + " answered " + reply.status() + " instead of " + status + ": " + reply.body());
        }
        return reply.body();
    }
}
