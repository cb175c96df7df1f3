package io.meridian.system.load;

import io.meridian.system.history.Entry;
import io.meridian.system.history.Entry.Action;
import io.meridian.system.history.Entry.Phase;
import io.meridian.system.history.History;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks over HTTP and writes into a history what it asked and what it was told. */
public final class Caller implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What is answered later than its deadline must be seen being late. */
    private static final Duration LONGER_THAN_THE_DEADLINE = Duration.ofSeconds(2);

    /** Refusals that say "not now": the same key may be answered otherwise. */
    private static final Set<String> NOT_FOR_GOOD =
            Set.of("deadline-exceeded", "request-in-progress", "overloaded", "rate-limited", "internal");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final URI door;
    private final History history;

    public Caller(URI door, History history) {
        this.door = door;
        this.history = history;
    }

    /** Places an order; {@code body} is JSON. */
    public Entry place(int client, String key, String body, Duration deadline) {
        var invoked = history.invoke(client, Action.PLACE, key, body, "", deadline.toMillis());
        return ask(
                invoked,
                request("/api/orders", deadline)
                        .header("Idempotency-Key", '"' + key + '"')
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    /** Reads an order. */
    public Entry read(int client, String order, Duration deadline) {
        var invoked = history.invoke(client, Action.READ, "", "", order, deadline.toMillis());
        return ask(invoked, request("/api/orders/" + order, deadline).GET());
    }

    /** Cancels an order. */
    public Entry cancel(int client, String order, Duration deadline) {
        var invoked = history.invoke(client, Action.CANCEL, "", "", order, deadline.toMillis());
        return ask(invoked, request("/api/orders/" + order + "/cancel", deadline).POST(BodyPublishers.noBody()));
    }

    /**
     * The status of every order of a customer, by id, as the platform lists them now.
     *
     * @throws IOException if it does not answer with a list
     */
    public Map<String, String> ordersOf(String customer) throws IOException, InterruptedException {
        var found = new LinkedHashMap<String, String>();
        var next = "";
        do {
            var path = "/api/orders?limit=100&customerId=" + customer + (next.isEmpty() ? "" : "&after=" + next);
            var response = http.send(request(path, Duration.ofSeconds(10)).GET().build(), BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("the orders of " + customer + " were answered with " + response.statusCode());
            }
            var page = json(response);
            page.path("items").forEach(it -> found.put(it.path("id").asString(""), it.path("status").asString("")));
            next = page.path("next").asString("");
        } while (!next.isEmpty());
        return found;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path, Duration deadline) {
        return HttpRequest.newBuilder(door.resolve(path))
                .timeout(deadline.plus(LONGER_THAN_THE_DEADLINE))
                .header("x-request-timeout-ms", Long.toString(deadline.toMillis()));
    }

    private Entry ask(Entry invoked, HttpRequest.Builder request) {
        try {
            var response = http.send(request.build(), BodyHandlers.ofString());
            var body = json(response);
            var status = response.statusCode();
            var isDone = status / 100 == 2;
            var type = body.path("type").asString("");
            var told = isDone ? body.path("status").asString("") : type.substring(type.lastIndexOf('/') + 1);
            var order = body.path(isDone ? "id" : "orderId").asString(invoked.order());
            return history.complete(invoked, phase(invoked.action(), status, told, order), status, order, told);
        } catch (IOException e) {
            return history.complete(
                    invoked, Phase.INFO, 0, invoked.order(), e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return history.complete(invoked, Phase.INFO, 0, invoked.order(), "interrupted");
        }
    }

    /** A refusal that names no order may be another one next time: nothing was stored, or it cannot be known. */
    private static Phase phase(Action action, int status, String told, String order) {
        if (status / 100 == 2) {
            return Phase.OK;
        }
        if (status == 422) {
            return Phase.FAIL;
        }
        var isFinal = status >= 400 && !NOT_FOR_GOOD.contains(told) && !told.isEmpty();
        return isFinal && (action == Action.PLACE ? !order.isEmpty() : status < 500) ? Phase.FAIL : Phase.INFO;
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException _) {
            return JSON.createObjectNode();
        }
    }
}
