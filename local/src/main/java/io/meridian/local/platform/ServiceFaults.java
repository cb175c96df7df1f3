package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The faults of one service, set, read and ended over its management port. */
public final class ServiceFaults {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Component service;
    private final URI desk;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    /** @param management the root of the service's management port */
    public ServiceFaults(Component service, URI management) {
        this.service = service;
        this.desk = management.resolve("/actuator/faults");
    }

    /**
     * What is set, and on what faults can be set.
     *
     * @param targets what each target is, by its name
     */
    public record Report(List<Active> faults, SortedMap<String, String> targets) {

        /** The fault on this target, if one is set. */
        public Optional<Active> on(String target) {
            return faults.stream().filter(it -> it.target().equals(target)).findFirst();
        }
    }

    /**
     * A fault that is set.
     *
     * @param struck how many calls have met it
     * @param failed how many of these it failed
     * @param waiting how many calls wait for one of its workers
     * @param told everything that the service says of it
     */
    public record Active(String target, Duration remaining, long struck, long failed, int waiting, JsonNode told) {

        /** What goes wrong, in a few words. */
        public String what() {
            var parts = new ArrayList<String>();
            if (told.path("hang").asBoolean(false)) {
                parts.add("hangs");
            }
            if (told.path("latencyMs").asInt(0) > 0) {
                var spread = told.path("spread").asDouble(0);
                parts.add(told.path("latencyMs").asInt(0) + " ms slower" + (spread > 0 ? " on average" : ""));
            }
            if (told.path("errorRate").asDouble(0) > 0) {
                parts.add(Math.round(told.path("errorRate").asDouble(0) * 1000) / 10.0 + " % fail");
            }
            if (told.path("workers").asInt(0) > 0) {
                parts.add(told.path("workers").asInt(0) + " at a time");
            }
            return String.join(", ", parts);
        }
    }

    /**
     * Sets a fault, in the place of one on the same target.
     *
     * @param fault the fields of the service's document, {@code target} among them
     * @throws IllegalArgumentException if the service refuses it, with its words
     * @throws PlatformFailure if the service does not answer or takes no faults
     */
    public Report set(Map<String, Object> fault) {
        return ask(HttpRequest.newBuilder(desk)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(fault))));
    }

    /** @throws PlatformFailure if the service does not answer or takes no faults */
    public Report read() {
        return ask(HttpRequest.newBuilder(desk));
    }

    /** Ends all its faults. */
    public Report end() {
        return ask(HttpRequest.newBuilder(desk).DELETE());
    }

    /**
     * Ends the fault on one target, if there is one.
     *
     * @throws IllegalArgumentException if there is no such target
     */
    public Report end(String target) {
        var only = desk + "?target=" + URLEncoder.encode(target, StandardCharsets.UTF_8);
        return ask(HttpRequest.newBuilder(URI.create(only)).DELETE());
    }

    private Report ask(HttpRequest.Builder request) {
        var answer = send(request.timeout(PATIENCE).build());
        return switch (answer.statusCode()) {
            case 200 -> report(answer.body());
            case 400 -> throw new IllegalArgumentException(read(answer.body()).path("detail").asString("refused"));
            case 404 ->
                throw new PlatformFailure(
                        Kind.FAILED,
                        service.title() + " takes no faults: it was started without MERIDIAN_FAULTS_ENABLED=true, or from an older build."
                                + " ./meridian up starts it anew if it was built since.");
            default ->
                throw new PlatformFailure(
                        Kind.FAILED, service.title() + " answered " + answer.statusCode() + " to " + answer.uri() + ".");
        };
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new PlatformFailure(
                    Kind.FAILED,
                    service.title() + " does not answer at " + desk + ". `./meridian status` says what runs, `./meridian up` starts"
                            + " what does not.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformFailure(Kind.FAILED, "Interrupted while asking " + service.title() + ".", e);
        }
    }

    private static Report report(byte[] body) {
        var json = read(body);
        var faults = new ArrayList<Active>();
        json.path("faults").forEach(it -> faults.add(new Active(
                it.path("target").asString(""),
                Duration.ofMillis(Math.round(it.path("remainingSeconds").asDouble(0) * 1000)),
                it.path("struck").asLong(0),
                it.path("failed").asLong(0),
                it.path("waiting").asInt(0),
                it)));
        var targets = new TreeMap<String, String>();
        json.path("targets").properties().forEach(it -> targets.put(it.getKey(), it.getValue().asString("")));
        return new Report(List.copyOf(faults), targets);
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException _) {
            return JSON.createObjectNode();
        }
    }
}
