package io.meridian.local.platform;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Asks a service which of its breakers keep it from asking others. */
public final class BreakerDesk {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    /**
     * A breaker that is not closed.
     *
     * @param state such as {@code OPEN}
     * @param why a sentence
     */
    public record NotClosed(String name, String state, String why) {}

    /**
     * Those of one service; none if it has none or does not answer.
     *
     * @param management the root of the service's management port
     */
    public List<NotClosed> notClosed(URI management) {
        try {
            var question = HttpRequest.newBuilder(management.resolve("/actuator/breakers"))
                    .timeout(PATIENCE)
                    .build();
            var answer = http.send(question, BodyHandlers.ofString());
            return answer.statusCode() == 200 ? read(answer.body()) : List.of();
        } catch (IOException | JacksonException _) {
            return List.of();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static List<NotClosed> read(String body) {
        var found = new ArrayList<NotClosed>();
        for (var breaker : JsonMapper.shared().readTree(body).path("breakers")) {
            var state = breaker.path("state").asString("");
            if (!state.isEmpty() && !state.equals("CLOSED")) {
                found.add(new NotClosed(
                        breaker.path("name").asString(""), state, breaker.path("why").asString("")));
            }
        }
        return found;
    }
}
