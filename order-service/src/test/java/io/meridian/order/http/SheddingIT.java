package io.meridian.order.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.breaker.Breaker;
import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.breaker.shedding.Importance;
import io.meridian.breaker.shedding.Priority;
import io.meridian.breaker.shedding.Visit;
import io.meridian.order.WholeService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** More is asked of the service than it can do; all its places are taken by calls that do not end. */
class SheddingIT extends WholeService {

    private static final String NOBODYS = "/api/orders/018f0000-0000-7000-8000-000000000000";

    @Autowired
    private Doorkeeper door;

    private final List<Visit> others = new ArrayList<>();

    @AfterEach
    void othersEnd() {
        others.forEach(Visit::close);
        await().atMost(PATIENCE).until(() -> door.load().working() == 0);
    }

    @Test
    void aRequestThatFindsNoPlaceIsToldWhenToComeBack() {
        takeEveryPlace();

        var refused = get(NOBODYS);

        assertProblem(refused, 503, "overloaded");
        assertThat(Integer.parseInt(header(refused, "Retry-After"))).isPositive();
        assertThat(header(refused, "x-served-by")).isNotEmpty();
    }

    @Test
    void aRequestThatIsRefusedPlacesNoOrder() {
        takeEveryPlace();
        var before = count("orders");

        assertProblem(place(key(), body(customer(), "tok_ok")), 503, "overloaded");

        assertThat(count("orders")).isEqualTo(before);
    }

    @Test
    void nobodyWaitsInTheQueueBeyondItsDeadline() {
        takeEveryPlace();

        var late = send(request(NOBODYS).header("x-request-timeout-ms", "20"));

        assertProblem(late, 504, "deadline-exceeded");
        assertThat(door.load().waiting()).isZero();
    }

    @Test
    void aStreamAsksForNoPlace() {
        takeEveryPlace();

        assertProblem(get(NOBODYS + "/events"), 404, "not-found");
    }

    @Test
    void whatWaitsForANeighbourTakesNoPlace() throws Exception {
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        PEERS.onAuthorise(_ -> {
            asked.countDown();
            awaited(answer);
            return null;
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var placing = threads.submit(() -> place(key(), body(customer(), "tok_ok")));
            assertThat(asked.await(40, SECONDS)).isTrue();

            assertThat(door.load().working()).isZero();
            answer.countDown();
            assertThat(placing.get().statusCode()).isEqualTo(201);
        }
    }

    private void takeEveryPlace() {
        while (door.load().working() < door.load().limit()) {
            others.add(door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE));
        }
    }

    private static void awaited(CountDownLatch event) {
        try {
            assertThat(event.await(40, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
