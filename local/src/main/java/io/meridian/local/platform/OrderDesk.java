package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Places orders through the gateway, as any customer would, and watches what becomes of them. */
public final class OrderDesk {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Longer than any route of the gateway may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(2);

    private final URI gateway;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_PATIENCE)
            .build();

    public OrderDesk(URI gateway) {
        this.gateway = gateway;
    }

    /**
     * What is asked for.
     *
     * @param card the payment token
     * @param deadline how long the answer is wanted; the platform's own choice if empty
     */
    public record Wish(
            String customer, List<Line> lines, String card, String idempotencyKey, Optional<Duration> deadline) {

        public Wish {
            lines = List.copyOf(lines);
        }

        /** A wish of somebody who waits as long as the platform thinks right. */
        public Wish(String customer, List<Line> lines, String card, String idempotencyKey) {
            this(customer, lines, card, idempotencyKey, Optional.empty());
        }
    }

    /** One line of a wish. */
    public record Line(String sku, int quantity) {}

    /**
     * What the gateway said.
     *
     * @param body an order, or a problem
     * @param location where the order is, if the answer says so
     * @param isExpired whether the deadline passed before there was an outcome
     * @param took as the customer saw it
     */
    public record Answer(
            int status,
            JsonNode body,
            Optional<String> traceId,
            Optional<URI> location,
            boolean isExpired,
            ServerTiming timing,
            Duration took) {

        public boolean isConfirmed() {
            return body.path("status").asString("").equals("CONFIRMED");
        }

        /** The order, if there is one: a refusal has one too, and what was begun when the deadline passed. */
        public Optional<String> orderId() {
            return text(body, "id").or(() -> text(body, "orderId")).or(() -> location.map(Answer::lastSegment)
                    .filter(it -> !it.isEmpty()));
        }

        private static String lastSegment(URI location) {
            var path = Optional.ofNullable(location.getPath()).orElse("");
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    /** Something that happened to an order: a status it took or a step that another service reported. */
    public record Step(String name, Optional<String> reason, Optional<Instant> at) {}

    /** @throws PlatformFailure if there is no answer; a refusal is an answer */
    public Answer place(Wish wish) {
        var request = HttpRequest.newBuilder(gateway.resolve("/api/orders"))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, application/problem+json")
                .header("Idempotency-Key", '"' + wish.idempotencyKey() + '"')
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body(wish))));
        wish.deadline().ifPresent(it -> request.header("x-request-timeout-ms", millis(it)));
        var begin = System.nanoTime();
        var response = send(http, request.build(), BodyHandlers.ofByteArray());
        var took = Duration.ofNanos(System.nanoTime() - begin);
        return new Answer(
                response.statusCode(),
                read(response.body()),
                response.headers().firstValue("x-trace-id"),
                response.headers().firstValue("Location").flatMap(this::resolved),
                response.statusCode() == 504
                        || response.headers().firstValue("x-deadline-expired").isPresent(),
                ServerTiming.parse(response.headers().allValues("Server-Timing")),
                took);
    }

    /** Where an order is to be seen. */
    public URI urlOf(String orderId) {
        return gateway.resolve("/api/orders/" + orderId);
    }

    /**
     * Tells every step of the order from its first, as it happens, until nothing more will happen by itself.
     *
     * @return false if that was not reached within {@code bound}
     */
    public boolean follow(String orderId, Duration bound, Consumer<Step> steps) {
        var request = HttpRequest.newBuilder(gateway.resolve("/api/orders/" + orderId + "/events"))
                .header("Accept", "text/event-stream")
                .build();
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_PATIENCE)
                .build();
        var listening = new FutureTask<>(() -> listen(client, request, steps), true);
        Thread.ofVirtual().start(listening);
        try {
            return listening.get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformFailure(Kind.FAILED, "Interrupted while following the order.", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PlatformFailure failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            client.shutdownNow(); // ends the stream, should it still be open
        }
    }

    private void listen(HttpClient client, HttpRequest request, Consumer<Step> steps) {
        var response = send(client, request, BodyHandlers.ofLines());
        try (var lines = response.body()) {
            if (response.statusCode() != 200) {
                throw new PlatformFailure(
                        Kind.FAILED, "The gateway answered " + response.statusCode() + " to " + request.uri() + ".");
            }
            lines.filter(it -> it.startsWith("data:"))
                    .map(it -> it.substring("data:".length()))
                    .flatMap(it -> step(it).stream())
                    .forEach(steps);
        } catch (UncheckedIOException e) {
            throw unreachable(request, e.getCause() instanceof IOException cause ? cause : new IOException(e));
        }
    }

    private static Optional<Step> step(String data) {
        var json = read(data.getBytes(StandardCharsets.UTF_8));
        return text(json, "status").or(() -> text(json, "step")).map(it -> new Step(it, text(json, "reason"), at(json)));
    }

    private static Optional<Instant> at(JsonNode json) {
        try {
            return text(json, "at").map(Instant::parse);
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private Optional<URI> resolved(String location) {
        try {
            return Optional.of(gateway.resolve(location));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** As the header wants it: a decimal number of milliseconds, to the microsecond. */
    private static String millis(Duration deadline) {
        return BigDecimal.valueOf(deadline.toNanos() / 1_000, 3)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static JsonNode body(Wish wish) {
        var body = JSON.createObjectNode();
        body.put("customerId", wish.customer());
        var items = body.putArray("items");
        wish.lines().forEach(it -> items.addObject().put("sku", it.sku()).put("quantity", it.quantity()));
        body.putObject("payment").put("token", wish.card());
        return body;
    }

    /** What is not JSON, such as the page of a proxy that got in between, is taken as empty: the status says enough. */
    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException _) {
            return JSON.createObjectNode();
        }
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.of(json.path(field).asString("")).filter(it -> !it.isEmpty());
    }

    private static <T> HttpResponse<T> send(HttpClient client, HttpRequest request, BodyHandler<T> handler) {
        try {
            return client.send(request, handler);
        } catch (IOException e) {
            throw unreachable(request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformFailure(Kind.FAILED, "Interrupted while waiting for " + request.uri() + ".", e);
        }
    }

    private static PlatformFailure unreachable(HttpRequest request, IOException e) {
        return switch (e) {
            case HttpConnectTimeoutException _ -> nobody(request, e);
            case HttpTimeoutException _ ->
                new PlatformFailure(
                        Kind.FAILED, "No answer from " + request.uri() + " within " + PATIENCE.toSeconds() + " s.", e);
            case ConnectException _ -> nobody(request, e);
            default ->
                new PlatformFailure(
                        Kind.FAILED, "The connection to " + request.uri() + " broke (" + Faults.reason(e) + ").", e);
        };
    }

    private static PlatformFailure nobody(HttpRequest request, IOException e) {
        return new PlatformFailure(
                Kind.FAILED,
                "Nobody listens on " + request.uri().getAuthority() + ". Is the platform up? `./meridian status` says"
                        + " what runs, `./meridian up` starts it.",
                e);
    }
}
