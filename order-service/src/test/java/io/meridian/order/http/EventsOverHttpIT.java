package io.meridian.order.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.order.WholeService;
import io.meridian.order.model.Fact;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Step;
import io.meridian.order.settling.FollowOrder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class EventsOverHttpIT extends WholeService {

    @Autowired
    private FollowOrder followOrder;

    @Test
    void aStreamTellsEachStepAndEndsWithTheLast() throws Exception {
        var id = confirmed();
        var lines = new CopyOnWriteArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var stream = threads.submit(() -> read(id, null, lines));
            await().atMost(PATIENCE).until(() -> lines.contains("id: 2"));

            follow(id, Step.PAYMENT_CAPTURED);
            await().atMost(PATIENCE).until(() -> lines.contains("id: 3"));
            follow(id, Step.STOCK_COMMITTED);

            var response = stream.get();
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(header(response, "Content-Type")).startsWith("text/event-stream");
            assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
        }
        assertThat(of(lines, "id: ")).containsExactly("1", "2", "3", "4");
        assertThat(of(lines, "event: ")).containsExactly("status", "status", "step", "step");
        var data = of(lines, "data: ").stream().map(JSON::readTree).toList();
        assertThat(data.get(0).get("status").asString()).isEqualTo("PENDING");
        assertThat(data.get(1).get("status").asString()).isEqualTo("CONFIRMED");
        assertThat(data.get(2).get("step").asString()).isEqualTo("PAYMENT_CAPTURED");
        assertThat(data.get(3).propertyNames()).containsExactlyInAnyOrder("step", "at");
    }

    @Test
    void aStreamIsTakenUpWhereItWasAndTellsWhenNothingIsLeft() {
        var id = confirmed();
        follow(id, Step.STOCK_COMMITTED);
        follow(id, Step.PAYMENT_CAPTURED);
        var lines = new CopyOnWriteArrayList<String>();

        read(id, "2", lines);

        assertThat(of(lines, "id: ")).containsExactly("3", "4");
        var over = send(request("/api/orders/" + id + "/events").header("Last-Event-ID", "4"));
        assertThat(over.statusCode()).isEqualTo(204);
        assertProblem(send(request("/api/orders/" + id + "/events").header("Last-Event-ID", "x")), 400, "malformed");
    }

    @Test
    void aRejectedOrdersStreamEndsAtOnceWithItsReason() {
        var id = json(place(key(), body(customer(), "tok_declined"))).get("orderId").asString();
        var lines = new CopyOnWriteArrayList<String>();

        read(id, null, lines);

        assertThat(of(lines, "data: ").stream().map(JSON::readTree).map(it -> it.get("status").asString()))
                .containsExactly("PENDING", "REJECTED");
        assertThat(of(lines, "data: ").getLast()).contains("\"reason\":\"card-declined\"");
    }

    @Test
    void aCancelledOrdersStreamEndsWhenAllIsUndone() throws Exception {
        var id = confirmed();
        var lines = new CopyOnWriteArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var stream = threads.submit(() -> read(id, null, lines));
            await().atMost(PATIENCE).until(() -> lines.contains("id: 2"));

            cancel(id);
            await().atMost(PATIENCE).until(() -> lines.contains("id: 3"));
            follow(id, Step.PAYMENT_VOIDED);
            await().atMost(PATIENCE).until(() -> lines.contains("id: 4"));
            assertThat(stream.isDone()).isFalse();
            follow(id, Step.STOCK_RETURNED);

            stream.get();
        }
        assertThat(of(lines, "id: ")).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void thereIsABoundOnWatchersAndWhoLeavesMakesRoom() throws Exception {
        var id = confirmed();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var lines = Stream.generate(CopyOnWriteArrayList<String>::new).limit(64).toList();
            List<Future<HttpResponse<Void>>> streams =
                    lines.stream().map(it -> threads.submit(() -> read(id, null, it))).toList();
            await().atMost(PATIENCE).until(() -> lines.stream().allMatch(it -> it.contains("id: 2")));

            var oneMore = get("/api/orders/" + id + "/events");

            assertProblem(oneMore, 503, "overloaded");
            assertThat(header(oneMore, "Retry-After")).isEqualTo("1");
            follow(id, Step.STOCK_COMMITTED);
            follow(id, Step.PAYMENT_CAPTURED);
            for (var stream : streams) {
                stream.get();
            }
            assertThat(lines).allSatisfy(it -> assertThat(of(it, "id: ")).containsExactly("1", "2", "3", "4"));
        }
        assertThat(get("/api/orders/" + id + "/events").statusCode()).isEqualTo(200);
    }

    @Test
    void whatAnotherInstanceDoesIsHeardToo() throws Exception {
        var id = confirmed();
        var lines = new CopyOnWriteArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var stream = threads.submit(() -> read(id, null, lines));
            await().atMost(PATIENCE).until(() -> lines.contains("id: 2"));

            // As another instance writes it, but that the notification is lost: the fallback has to find it.
            IntStream.of(3, 4).forEach(it -> jdbc.sql("""
                            WITH moved AS (
                                UPDATE order_status SET steps = steps + 1 WHERE order_id = CAST(:id AS UUID) RETURNING *)
                            INSERT INTO order_transitions (order_id, sequence, step, at)
                            SELECT order_id, steps, :step, now() FROM moved
                            """)
                    .param("id", id)
                    .param("step", it == 3 ? "STOCK_COMMITTED" : "PAYMENT_CAPTURED")
                    .update());

            stream.get();
        }
        assertThat(of(lines, "id: ")).containsExactly("1", "2", "3", "4");
    }

    private void follow(String id, Step step) {
        followOrder.follow(OrderId.parse("id", id), new Fact.Followed(step, null));
    }

    private HttpResponse<Void> read(String id, @org.jspecify.annotations.Nullable String lastEventId, List<String> lines) {
        var request = request("/api/orders/" + id + "/events").header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            return http.send(request.build(), BodyHandlers.fromLineSubscriber(new Lines(lines)));
        } catch (IOException e) {
            throw new IllegalStateException("the stream broke off", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> of(List<String> lines, String field) {
        return lines.stream()
                .filter(it -> it.startsWith(field))
                .map(it -> it.substring(field.length()))
                .toList();
    }

    private record Lines(List<String> lines) implements java.util.concurrent.Flow.Subscriber<String> {

        @Override
        public void onSubscribe(java.util.concurrent.Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            lines.add(line);
        }

        @Override
        public void onError(Throwable thrown) {
            lines.add("broken: " + thrown);
        }

        @Override
        public void onComplete() {
            // send() returns
        }
    }
}
