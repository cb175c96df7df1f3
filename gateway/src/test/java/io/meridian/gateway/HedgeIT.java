package io.meridian.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.breaker.retry.Retries;
import io.meridian.breaker.retry.Retries.Fate;
import io.meridian.gateway.FakeService.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A gateway in front of two instances of the order service, one of which is silent now and then. */
@TestPropertySource(properties = "meridian.gateway.routing.order=${fake.orders},${fake.orders.second}")
@DirtiesContext
class HedgeIT extends GatewayFixture {

    private static final FakeService second = FakeService.started();

    @Autowired
    private Retries orderRetries;

    private final CountDownLatch gone = new CountDownLatch(1);

    @DynamicPropertySource
    static void twoInstances(DynamicPropertyRegistry properties) {
        properties.add("fake.orders.second", second::url);
    }

    /** A hedge for every twenty of these, and all it takes to know how long an answer usually takes. */
    @BeforeEach
    void earn() {
        second.forget();
        IntStream.range(0, 100).forEach(_ -> get("/api/orders/0195"));
        orders.forget();
        second.forget();
    }

    @AfterAll
    static void stop() {
        second.stop();
    }

    @Test
    void readThatIsSilentIsAnsweredByTheOtherInstanceAndTheLoserIsCancelled() throws Exception {
        var won = orderRetries.count(Fate.HEDGE_WON);
        bothAnswer(firstAttempt(this::silent));
        var begun = Instant.now();

        var answer = get("/api/orders/0195");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("whole");
        assertThat(Instant.now()).as("long before the deadline, of which 504 would tell").isBefore(begun.plusSeconds(15));
        assertThat(gone.await(30, SECONDS)).as("the silent one sees that nobody waits").isTrue();
        assertThat(orders.asked).hasSize(1);
        assertThat(second.asked).hasSize(1);
        assertThat(orderRetries.count(Fate.HEDGE_WON)).isEqualTo(won + 1);
    }

    @Test
    void hedgeThatIsNotNeededIsCancelled() throws Exception {
        bothAnswer((request, response, seen) -> isFirst(seen)
                ? Mono.delay(Duration.ofMillis(500)).then(response.sendString(Mono.just("after all")).then())
                : silent(request, response, seen));

        var answer = get("/api/orders/0195");

        assertThat(answer.body()).isEqualTo("after all");
        assertThat(gone.await(30, SECONDS)).isTrue();
        assertThat(orders.asked).hasSize(1);
        assertThat(second.asked).hasSize(1);
    }

    @Test
    void keyedPostIsNotHedged() {
        bothAnswer((_, response, _) ->
                Mono.delay(Duration.ofMillis(500)).then(response.sendString(Mono.just("placed")).then()));

        assertThat(post("/api/orders", "{}", "Idempotency-Key", "\"k-1\"").body()).isEqualTo("placed");
        assertThat(Stream.of(orders, second).mapToInt(it -> it.asked.size()).sum()).isEqualTo(1);
    }

    @Test
    void readIsNotHedgedWhenTheOtherInstanceIsAway() {
        second.stop();
        IntStream.range(0, 20).forEach(_ -> get("/api/orders/0195"));
        orders.asked.clear();
        orders.answers((_, response, _) ->
                Mono.delay(Duration.ofMillis(500)).then(response.sendString(Mono.just("whole")).then()));

        assertThat(get("/api/orders/0195").body()).isEqualTo("whole");
        assertThat(orders.asked).hasSize(1);
        second.start();
    }

    @Test
    void whenAllAreSlowOneInTwentyIsHedgedAtMost() {
        bothAnswer((_, response, _) ->
                Mono.delay(Duration.ofMillis(200)).then(response.sendString(Mono.just("whole")).then()));

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 8).forEach(_ -> threads.submit(() -> IntStream.range(0, 10)
                    .forEach(_ -> assertThat(get("/api/orders/0195").statusCode()).isEqualTo(200))));
        }

        var asked = orders.asked.size() + second.asked.size();
        // Of the last ten seconds: at most these, and those of the tests before.
        assertThat(asked).isBetween(80, 80 + (80 + 500) / 20);
    }

    private void bothAnswer(Answer answer) {
        orders.answers(answer);
        second.answers(answer);
    }

    private static Answer firstAttempt(Answer answer) {
        return (request, response, seen) ->
                isFirst(seen) ? answer.to(request, response, seen) : response.sendString(Mono.just("whole"));
    }

    private static boolean isFirst(FakeService.Asked seen) {
        return "1".equals(seen.headers().get("x-attempt"));
    }

    private Mono<Void> silent(
            HttpServerRequest request,
            HttpServerResponse response,
            FakeService.Asked seen) {
        request.withConnection(connection -> connection.onDispose(gone::countDown));
        return Mono.never();
    }
}
