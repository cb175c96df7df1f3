package io.meridian.gateway;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class StreamIT extends GatewayFixture {

    private final Sinks.Many<String> events = Sinks.many().unicast().onBackpressureBuffer();
    private final CountDownLatch upstreamGone = new CountDownLatch(1);

    @Test
    void eventsPassOneByOneAndTheEndIsTheEnd() throws Exception {
        streamEvents();

        // Comes before any event was sent.
        var answer = client.send(request("GET", "/api/orders/0195/events", BodyPublishers.noBody()), BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(header(answer, "content-type")).startsWith("text/event-stream");
            for (var event = 1; event <= 3; event++) {
                // The next is sent only after this one has arrived: a buffer on the way would block here.
                events.tryEmitNext("id:" + event + "\n\n");
                assertThat(readLine(lines)).isEqualTo("id:" + event);
                assertThat(readLine(lines)).isEmpty();
            }
            events.tryEmitComplete();
            assertThat(lines.readLine()).isNull();
        }
    }

    @Test
    void streamMayLastLongerThanAnAnswerMayTake() throws Exception {
        streamEvents();

        var answer = client.send(request("GET", "/api/orders/0195/events", BodyPublishers.noBody()), BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            Mono.delay(ofSeconds(3)).subscribe(_ -> events.tryEmitNext("id:1\n\n")); // reading is limited to 1 s here
            assertThat(readLine(lines)).isEqualTo("id:1");
            events.tryEmitComplete();
        }
    }

    @Test
    void streamMayBeginLaterThanAnAnswerMay() throws Exception {
        orders.answers((_, response, _) -> Mono.delay(ofSeconds(2)).thenMany(response.sse().sendString(Mono.just("id:1\n\n")).then()).then());

        var answer = client.send(request("GET", "/api/orders/0195/events", BodyPublishers.noBody()), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void callerWhoGoesAwayEndsTheStreamBehind() throws Exception {
        streamEvents();

        var answer = client.send(request("GET", "/api/orders/0195/events", BodyPublishers.noBody()), BodyHandlers.ofInputStream());
        events.tryEmitNext("id:1\n\n");
        var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        assertThat(readLine(lines)).isEqualTo("id:1");
        assertThat(upstreamGone.getCount()).isOne();

        answer.body().close();

        assertThat(upstreamGone.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void callerWhoGoesAwayBeforeTheAnswerEndsTheRequestBehind() {
        var asked = new CountDownLatch(1);
        orders.answers((request, _, _) -> {
            request.withConnection(connection -> connection.onDispose(upstreamGone::countDown));
            asked.countDown();
            return Mono.never();
        });

        var pending = client.sendAsync(request("POST", "/api/orders", BodyPublishers.ofString("{}")), BodyHandlers.ofString());
        await().atMost(ofSeconds(30)).until(() -> asked.getCount() == 0);
        pending.cancel(true);

        // Well before placing would have timed out by itself is not asserted: a slow machine may take long to tell.
        await().atMost(ofSeconds(30)).until(() -> upstreamGone.getCount() == 0);
    }

    private void streamEvents() {
        orders.answers((request, response, _) -> {
            request.withConnection(connection -> connection.onDispose(upstreamGone::countDown));
            return response.sse().sendHeaders().send(events.asFlux().map(event -> response.alloc()
                    .buffer()
                    .writeBytes(event.getBytes(StandardCharsets.UTF_8))), _ -> true);
        });
    }

    private static String readLine(BufferedReader lines) throws Exception {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        return lines.readLine();
                    } catch (java.io.IOException cut) {
                        throw new java.io.UncheckedIOException(cut);
                    }
                })
                .get(30, TimeUnit.SECONDS);
    }
}
