package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a service has begun and not ended, read over its management port; and what a person decides about one order of it. */
public final class UnfinishedDesk {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** An order that is driven takes as long as a lease on it may last. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(2);

    private final Component service;
    private final URI desk;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_PATIENCE)
            .build();

    /** @param management the root of the service's management port */
    public UnfinishedDesk(Component service, URI management) {
        this.service = service;
        this.desk = management.resolve("/actuator/unfinished");
    }

    /**
     * What came of a decision.
     *
     * @param isDone whether it was carried out: the order has ended, or was driven and still waits
     * @param hasEnded whether the order has ended by it
     * @param detail a sentence of the service
     */
    public record Decision(boolean isDone, boolean hasEnded, String detail, JsonNode told) {}

    /**
     * The service's own list, the oldest first.
     *
     * @throws PlatformFailure if the service does not answer or has no such list
     */
    public JsonNode list(boolean onlyStuck) {
        var answer = send(HttpRequest.newBuilder(URI.create(desk + "?limit=1000&stuck=" + onlyStuck)));
        if (answer.statusCode() != 200) {
            throw unexpected(answer);
        }
        return read(answer);
    }

    /**
     * Has the service drive an order, or give it up.
     *
     * @param action {@code drive} or {@code give-up}
     * @throws IllegalArgumentException if the service does not understand it, with its words
     * @throws PlatformFailure if the service does not answer
     */
    public Decision decide(String order, String action) {
        var answer = send(HttpRequest.newBuilder(URI.create(desk + "/" + order))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("action", action)))));
        var told = read(answer);
        var detail = told.path("detail").asString("");
        return switch (answer.statusCode()) {
            case 200 -> new Decision(true, true, detail, told);
            case 202 -> new Decision(true, false, detail, told);
            case 409 -> new Decision(false, false, detail, told);
            case 400 -> throw new IllegalArgumentException(detail);
            // The service's own words: without them nobody there knows such a desk.
            case 404 -> {
                if (detail.isEmpty()) {
                    throw unexpected(answer);
                }
                throw new IllegalArgumentException(detail);
            }
            default -> throw unexpected(answer);
        };
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
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

    private PlatformFailure unexpected(HttpResponse<byte[]> answer) {
        var words = read(answer).path("detail").asString("");
        return new PlatformFailure(
                Kind.FAILED,
                answer.statusCode() == 404
                        ? service.title() + " has no list of what is unfinished: it was started from an older build. ./meridian up starts"
                                + " it anew if it was built since."
                        : service.title() + " answered " + answer.statusCode() + " to " + answer.uri()
                                + (words.isEmpty() ? "." : ": " + words));
    }

    private static JsonNode read(HttpResponse<byte[]> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JacksonException _) {
            return JSON.createObjectNode();
        }
    }
}
