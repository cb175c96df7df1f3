package io.meridian.inventory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.inventory.WholeService;
import io.meridian.inventory.catalogue.ProductCache;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.testkit.Parts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class RedisProductCacheIT extends WholeService {

    private static final Sku ONE = new Sku("SKU-0101");
    private static final String KEY = "meridian:inventory:product:SKU-0101";

    @Autowired
    private RedisProductCache serving;

    @AfterEach
    void heal() {
        Parts.redis().resume();
        Parts.redis().start();
        // The service's own cache, and not only Redis, is back before the next test.
        await().atMost(PATIENCE).until(() -> {
            var before = serving.counts().unreachable();
            serving.find(ONE);
            return serving.counts().unreachable() == before;
        });
    }

    @Test
    void whatIsPutIsFoundForAWhile() {
        var cache = cache();
        var product = product("SKU-0101", 10, 7);

        await().atMost(PATIENCE).until(() -> {
            cache.put(product);
            return cache.find(ONE).isPresent();
        });

        assertThat(cache.find(ONE)).contains(product);
        assertThat(redis.getExpire(KEY, TimeUnit.MILLISECONDS)).isBetween(1L, 30_000L);
    }

    @Test
    void aLateWriteDoesNotBringBackWhatIsOlder() {
        var cache = answering(cache());

        cache.put(product("SKU-0101", 9, 8));
        cache.put(product("SKU-0101", 10, 7));
        assertThat(cache.find(ONE)).map(Product::stock).hasValueSatisfying(it -> assertThat(it.version())
                .isEqualTo(8));

        cache.put(product("SKU-0101", 8, 10));
        assertThat(cache.find(ONE)).map(Product::stock).hasValueSatisfying(it -> assertThat(it.version())
                .isEqualTo(10));
    }

    @Test
    void versionsAreComparedAsNumbers() {
        var cache = answering(cache());

        cache.put(product("SKU-0101", 9, 9));
        cache.put(product("SKU-0101", 10, 10));

        assertThat(cache.find(ONE)).map(Product::stock).hasValueSatisfying(it -> assertThat(it.version())
                .isEqualTo(10));
    }

    @Test
    void whatSomebodyElseLeftThereIsNotBelieved() {
        var cache = answering(cache());
        cache.put(product("SKU-0101", 9, 9));
        var misses = cache.counts().misses();

        redis.opsForHash().put(KEY, "onHand", "-1");
        assertThat(cache.find(ONE)).isEmpty();
        redis.opsForHash().delete(KEY, "onHand");
        assertThat(cache.find(ONE)).isEmpty();
        assertThat(cache.counts().misses()).isEqualTo(misses + 2);
    }

    @Test
    void aProductThatIsReadIsReadFromRedisTheNextTime() {
        read("SKU-0102");
        await().atMost(PATIENCE).until(() -> serving.find(new Sku("SKU-0102")).isPresent());

        redis.opsForHash().put("meridian:inventory:product:SKU-0102", "name", "Told by Redis");

        assertThat(read("SKU-0102")).contains("Told by Redis");
    }

    @Test
    void aProductThatChangesIsKnownAsItIsWithoutBeingRead() {
        stock("SKU-0101", 10);

        hold(newOrder(), new Line(ONE, 4));

        await().atMost(PATIENCE)
                .until(() -> serving.find(ONE)
                        .filter(product -> product.stock().equals(stockOf(ONE)))
                        .isPresent());
    }

    @Test
    void flushedInTheMiddleItTellsTheTruth() {
        stock("SKU-0101", 10);
        hold(newOrder(), new Line(ONE, 4));

        for (var i = 0; i < 20; i++) {
            flushRedis();
            assertThat(read("SKU-0101")).contains("\"onHand\":6,\"held\":4");
        }
    }

    @Test
    void frozenItCostsAMomentNowAndThenAndNothingGoesWrong() {
        stock("SKU-0101", 10);
        var before = serving.counts().unreachable();
        Parts.redis().pause();

        for (var i = 0; i < 200; i++) {
            assertThat(read("SKU-0101")).contains("\"onHand\":10");
        }

        // Most of them did not even ask.
        assertThat(serving.counts().unreachable()).isGreaterThanOrEqualTo(before + 100);
        assertThat(hold(newOrder(), new Line(ONE, 4)).hasHeld()).isTrue();
        assertThat(manage("/actuator/health").body()).contains("UP");
    }

    @Test
    void killedItIsMissedByNobodyAndUsedAgainWhenItIsBack() {
        stock("SKU-0101", 10);
        Parts.redis().kill();

        for (var i = 0; i < 20; i++) {
            assertThat(read("SKU-0101")).contains("\"onHand\":10");
        }
        assertThat(hold(newOrder(), new Line(ONE, 4)).hasHeld()).isTrue();
        assertThat(manage("/actuator/health").body()).contains("UP");

        Parts.redis().start();
        var hits = serving.counts().hits();
        await().atMost(PATIENCE).until(() -> {
            assertThat(read("SKU-0101")).contains("\"onHand\":6,\"held\":4");
            return serving.counts().hits() > hits;
        });
    }

    private String read(String sku) {
        var answer = get("/api/inventory/" + sku);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    /** Writes at once, and remembers for long enough that nothing ends during a test. */
    private RedisProductCache cache() {
        return new RedisProductCache(
                redis, Optional.empty(), System::nanoTime, Duration.ofSeconds(30), Duration.ofMillis(1), Runnable::run);
    }

    /** A connection that was lost by the last test may take a moment. */
    private static <T extends ProductCache> T answering(T cache) {
        await().atMost(PATIENCE).until(() -> {
            cache.put(product("SKU-0999", 1, 1));
            return cache.find(new Sku("SKU-0999")).isPresent();
        });
        return cache;
    }
}
