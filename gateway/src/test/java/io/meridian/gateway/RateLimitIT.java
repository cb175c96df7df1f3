package io.meridian.gateway;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.gateway.admission.Rate;
import io.meridian.gateway.admission.RateLimiter;
import io.meridian.gateway.admission.RedisBuckets;
import io.meridian.testkit.Parts;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.test.context.TestPropertySource;
import reactor.core.scheduler.Schedulers;

/** One request a second for each customer, twenty at once: what is admitted beyond twenty is countable. */
@TestPropertySource(
        properties = {
            "meridian.gateway.admission.requests-per-second=1",
            "meridian.gateway.admission.burst=20",
            "meridian.gateway.admission.shared-patience=150ms",
            "meridian.gateway.admission.shared-probe-interval=200ms",
            "meridian.gateway.admission.trusted-proxies=127.0.0.1"
        })
class RateLimitIT extends GatewayFixture {

    private static final int BURST = 20;

    @Autowired
    private RateLimiter limiter;

    @Autowired
    private ReactiveStringRedisTemplate redis;

    private final String customer = "c-" + UUID.randomUUID();

    @BeforeEach
    void countTogether() {
        await().atMost(ofSeconds(30)).until(() -> !limiter.isAlone());
    }

    @Test
    void burstIsAdmittedExactlyAndTheRestToldWhenToComeBack() throws Exception {
        var started = System.nanoTime();

        var answers = atOnce(60);

        assertAdmitted(answers, started);
        assertThat(answers.stream().filter(it -> it.statusCode() != 200)).isNotEmpty().allSatisfy(it -> {
            assertProblem(it, 429, "rate-limited");
            assertThat(header(it, "retry-after")).isEqualTo("1");
            assertThat(header(it, "ratelimit")).matches("\"client\";r=0;t=\\d+");
        });
        assertThat(limiter.isAlone()).isFalse();
    }

    @Test
    void answerTellsWhatIsLeft() {
        var first = ask();

        assertThat(header(first, "ratelimit-policy")).isEqualTo("\"client\";q=20;w=20");
        assertThat(header(first, "ratelimit")).isEqualTo("\"client\";r=19;t=1");
        assertThat(header(ask(), "ratelimit")).startsWith("\"client\";r=18;");
    }

    @Test
    void gatewaysShareOneCount() {
        var another = anotherGateway();

        var started = System.nanoTime();
        var admitted = 0;
        for (var request = 0; request < BURST; request++) {
            admitted += ask().statusCode() == 200 ? 1 : 0;
            admitted += Objects.requireNonNull(another.take("customer:" + customer).block(ofSeconds(30))).admitted() ? 1 : 0;
        }

        assertThat(admitted).isBetween(BURST, BURST + 1 + (int) secondsSince(started));
        another.close();
    }

    @Test
    void customersDoNotTakeFromOneAnother() throws Exception {
        atOnce(40);

        assertThat(get("/api/inventory/SKU-0001", "x-customer-id", customer + "x").statusCode()).isEqualTo(200);
    }

    @Test
    void healthAndDocumentsAreNotCounted() {
        for (var request = 0; request < BURST + 10; request++) {
            assertThat(get("/health", "x-customer-id", customer).statusCode()).isEqualTo(200);
        }
        var answer = get("/openapi.json", "x-customer-id", customer);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "ratelimit")).isEmpty();
        assertThat(header(ask(), "ratelimit")).startsWith("\"client\";r=19;");
    }

    @Test
    void pausedRedisDelaysNoRequestForLongAndFailsNone() throws Exception {
        Parts.redis().pause();
        try {
            var started = System.nanoTime();
            var answers = atOnce(60);
            assertAdmitted(answers, started);
            assertThat(limiter.isAlone()).isTrue();
            assertThat(answers).allSatisfy(it -> assertThat(it.statusCode()).isIn(200, 429));

            var again = System.nanoTime();
            ask();
            assertThat(secondsSince(again)).as("a request while alone waits for nobody").isLessThan(0.5);
        } finally {
            Parts.redis().resume();
        }

        await().atMost(ofSeconds(30)).until(() -> !limiter.isAlone());
        assertThat(atOnce(10).stream().map(HttpResponse::statusCode)).allMatch(it -> it == 200 || it == 429);
    }

    @Test
    void killedRedisFailsNoRequestAndIsUsedAgainWhenItIsBack() throws Exception {
        Parts.redis().kill();
        try {
            var started = System.nanoTime();
            assertAdmitted(atOnce(60), started);
            assertThat(limiter.isAlone()).isTrue();
        } finally {
            Parts.redis().start();
        }

        await().atMost(ofSeconds(30)).until(() -> !limiter.isAlone());
        assertThat(get("/api/inventory/SKU-0001", "x-customer-id", customer + "x").statusCode()).isEqualTo(200);
        assertThat(redis.keys("gateway:rate:customer:" + customer + "x").collectList().block(ofSeconds(30))).hasSize(1);
    }

    @Test
    void flushedRedisFailsNoRequest() throws Exception {
        atOnce(5);
        redis.getConnectionFactory().getReactiveConnection().serverCommands().flushAll().block(ofSeconds(30));
        redis.getConnectionFactory().getReactiveConnection().scriptingCommands().scriptFlush().block(ofSeconds(30));

        assertThat(atOnce(10)).allSatisfy(it -> assertThat(it.statusCode()).isEqualTo(200));
        assertThat(limiter.isAlone()).isFalse();
    }

    @Test
    void keyOfAClientLivesNoLongerThanItsDebt() {
        ask();

        var life = Objects.requireNonNull(redis.getExpire("gateway:rate:customer:" + customer).block(ofSeconds(30)));
        assertThat(life).isBetween(Duration.ZERO, ofSeconds(2));
    }

    @Test
    void keyOfAnotherKindIsAFaultOfRedisAndNotOfTheRequest() {
        redis.opsForList().leftPush("gateway:rate:customer:" + customer, "x").block(ofSeconds(30));

        assertThat(ask().statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> ask() {
        return get("/api/inventory/SKU-0001", "x-customer-id", customer);
    }

    private List<HttpResponse<String>> atOnce(int requests) throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var answers = new ArrayList<HttpResponse<String>>();
            for (var each : IntStream.range(0, requests)
                    .mapToObj(_ -> threads.submit(this::ask))
                    .toList()) {
                answers.add(each.get());
            }
            return answers;
        }
    }

    private RateLimiter anotherGateway() {
        var rate = new Rate(1, BURST);
        var another = new RateLimiter(
                rate, new RedisBuckets(redis, rate), ofSeconds(1), ofMillis(100), Schedulers.boundedElastic(), System::nanoTime);
        another.start();
        await().atMost(ofSeconds(30)).until(() -> !another.isAlone());
        return another;
    }

    // Tokens grow while the test runs; one more for the fraction at either end.
    private static void assertAdmitted(List<HttpResponse<String>> answers, long startedNanos) {
        var admitted = answers.stream().filter(it -> it.statusCode() == 200).count();
        assertThat(admitted).isBetween((long) BURST, BURST + 1 + (long) secondsSince(startedNanos));
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
