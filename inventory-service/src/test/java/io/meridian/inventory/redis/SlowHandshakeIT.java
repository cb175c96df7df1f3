package io.meridian.inventory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.inventory.WholeService;
import io.meridian.inventory.catalogue.ProductCache;
import io.meridian.inventory.catalogue.Products;
import io.meridian.inventory.catalogue.ViewCatalogue;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.local.parts.FaultyWire;
import io.meridian.testkit.TlsRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The incident: TLS handshakes with Redis take seconds, and its connections keep being dropped. */
class SlowHandshakeIT extends WholeService {

    /** Longer than connecting may take, and far longer than anybody waits for a product. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(4);

    private static final int AT_ONCE = 8;

    private static final TlsRedis server = TlsRedis.start();
    private static final FaultyWire wire = server.wire();

    @Autowired
    private RedisProductCache cache;

    @Autowired
    private Products products;

    @DynamicPropertySource
    static void redisBehindTheWire(DynamicPropertyRegistry properties) {
        properties.add("spring.data.redis.port", wire::port);
        properties.add("spring.data.redis.ssl.enabled", () -> "true");
        properties.add("spring.ssl.bundle.pem.redis.truststore.certificate", () -> server.certificate().toString());
        // The other context of this JVM hears of the orders.
        properties.add("spring.kafka.listener.auto-startup", () -> "false");
    }

    @AfterEach
    void heal() {
        wire.heal();
        await().atMost(PATIENCE).until(() -> {
            var hits = cache.counts().hits();
            read("SKU-0201");
            return cache.counts().hits() > hits;
        });
    }

    @AfterAll
    static void end() {
        wire.close();
        server.close();
    }

    @Test
    void nobodyWaitsForAHandshakeAndItsFailureIsNamed() throws Exception {
        await().atMost(PATIENCE).until(() -> {
            read("SKU-0201");
            return cache.counts().hits() > 0;
        });
        stock("SKU-0201", 1_000);
        var unreachable = cache.counts().unreachable();
        var failed = metric("meridian_redis_connects_total", "result=\"handshake_failed\"");

        wire.delayFirstAnswer(HANDSHAKE);
        wire.cut();
        var slowest = slowestOf(50, () -> {
            read("SKU-0201");
            return hold(newOrder(), new Line(new Sku("SKU-0201"), 1)).hasHeld();
        });

        // Eight at once on a loaded machine take their time; a handshake takes four seconds.
        assertThat(slowest).isLessThan(HANDSHAKE.dividedBy(2));
        assertThat(cache.counts().unreachable()).isGreaterThanOrEqualTo(unreachable + 300);
        assertThat(wire.delayedFirstAnswers()).as("handshakes that were slow").isPositive();
        await().atMost(PATIENCE).until(() -> {
            read("SKU-0201");
            return metric("meridian_redis_connects_total", "result=\"handshake_failed\"") > failed
                    && metric("resilience4j_circuitbreaker_state", "name=\"redis\",[^}]*state=\"closed\"") == 0;
        });
        assertThat(metric("meridian_redis_connects_total", "result=\"unreachable\"")).isZero();
        assertThat(manage("/actuator/health").body()).contains("UP");
        assertThat(manage("/actuator/breakers/redis").body()).contains("OPEN");
    }

    /** The negative control: the fault is one, for whoever connects where a request waits, as any client does by default. */
    @Test
    void whoConnectsInARequestWaitsForTheHandshakeAndSoDoEverybodyElses() throws Exception {
        wire.delayFirstAnswer(HANDSHAKE);
        var usual = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration("127.0.0.1", wire.port()),
                LettuceClientConfiguration.builder().useSsl().disablePeerVerification().build());
        usual.afterPropertiesSet();
        usual.start();
        try {
            var catalogue = new ViewCatalogue(products, new AsksInTheRequest(new StringRedisTemplate(usual)));

            var quickest = quickestOf(() -> catalogue.product(new Sku("SKU-0202")).isPresent());

            assertThat(quickest).isGreaterThan(HANDSHAKE.minusMillis(500));
        } finally {
            usual.destroy();
        }
    }

    private String read(String sku) {
        var answer = get("/api/inventory/" + sku);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    /** Of so many rounds of eight at once. */
    private static Duration slowestOf(int rounds, Callable<Boolean> work) throws Exception {
        var slowest = Duration.ZERO;
        for (var i = 0; i < rounds; i++) {
            for (var took : together(work)) {
                slowest = took.compareTo(slowest) > 0 ? took : slowest;
            }
        }
        return slowest;
    }

    private static Duration quickestOf(Callable<Boolean> work) throws Exception {
        return together(work).stream().min(Duration::compareTo).orElseThrow();
    }

    private static List<Duration> together(Callable<Boolean> work) throws Exception {
        var all = new ArrayList<Future<Duration>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < AT_ONCE; i++) {
                all.add(threads.submit(() -> {
                    var began = System.nanoTime();
                    assertThat(work.call()).isTrue();
                    return Duration.ofNanos(System.nanoTime() - began);
                }));
            }
        }
        var took = new ArrayList<Duration>();
        for (var each : all) {
            took.add(each.get());
        }
        return took;
    }

    private double metric(String name, String tag) {
        var line = Pattern.compile("^" + name + "\\{[^}]*" + tag + "[^}]*} (\\S+)$", Pattern.MULTILINE)
                .matcher(manage("/actuator/prometheus").body());
        assertThat(line.find()).as(name + " of " + tag).isTrue();
        return Double.parseDouble(line.group(1));
    }

    /** As one would write it: the cache is asked, and if it fails the database is. */
    private record AsksInTheRequest(StringRedisTemplate redis) implements ProductCache {

        @Override
        public Optional<Product> find(Sku sku) {
            Map<String, String> known = redis.<String, String>opsForHash().entries("meridian:inventory:product:" + sku);
            assertThat(known).isNotNull();
            return Optional.empty();
        }

        @Override
        public void put(Product product) {}
    }
}
