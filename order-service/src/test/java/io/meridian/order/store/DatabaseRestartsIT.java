package io.meridian.order.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.order.WholeService;
import io.meridian.testkit.Parts;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatabaseRestartsIT extends WholeService {

    @Test
    void everyOrderThatWasUnderWayReachesAnEndAndNobodyIsAnsweredAFault() throws Exception {
        var running = new AtomicBoolean(true);
        Map<String, HttpResponse<String>> answers = new ConcurrentHashMap<>();
        var before = confirmed();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 8).forEach(_ -> clients.execute(() -> {
                while (running.get()) {
                    var key = key();
                    answers.put(key, place(key, body("c-" + key, "tok_ok")));
                }
            }));
            try {
                await().atMost(PATIENCE).until(() -> answers.size() > 50);
                Parts.postgres().kill();
                var down = answers.size();
                await().atMost(PATIENCE).until(() -> answers.size() > down + 10);
                Parts.postgres().start();
                await().atMost(PATIENCE).until(() -> answers.values().stream().anyMatch(it -> it.statusCode() == 503));
                var up = answers.size();
                await().atMost(PATIENCE).until(() -> answers.size() > up + 50);
            } finally {
                running.set(false);
            }
        }

        assertThat(answers.values()).extracting(HttpResponse::statusCode).containsOnly(201, 503, 504);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(unfinished()).isZero());
        answers.forEach((key, first) -> {
            var repeat = place(key, body("c-" + key, "tok_ok"));
            if (first.statusCode() == 201) {
                assertThat(repeat.body()).isEqualTo(first.body());
                assertThat(header(repeat, "Idempotent-Replayed")).isEqualTo("true");
            } else {
                assertThat(repeat.statusCode()).isEqualTo(201);
            }
        });
        assertThat(get("/api/orders/" + before).statusCode()).isEqualTo(200);
    }

    private long unfinished() {
        return jdbc.sql("SELECT count(*) FROM order_status WHERE status = 'PENDING'")
                .query(Long.class)
                .single();
    }
}
