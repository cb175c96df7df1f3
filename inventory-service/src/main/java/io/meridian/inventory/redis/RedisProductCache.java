package io.meridian.inventory.redis;

import io.meridian.breaker.Guard;
import io.meridian.deadline.DeadlineScope;
import io.meridian.inventory.catalogue.ProductCache;
import io.meridian.inventory.model.Money;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.model.Stock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.springframework.data.redis.connection.RedisConnectionCommands;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Products in Redis, each a hash under {@code meridian:inventory:product:<sku>} that ends after a short while.
 *
 * <p>A product is written only over an older version of itself, which a script decides inside Redis: a reader that was slow
 * cannot bring back what a writer has replaced. Writing happens behind the caller's back, the newest state of each
 * product once, so a product that changes a thousand times a second costs no more than Redis takes; what cannot be
 * written is dropped, and the time to live bounds how long an older state is told after that.
 */
public final class RedisProductCache implements ProductCache {

    private static final String KEY = "meridian:inventory:product:";

    private static final RedisScript<Long> PUT_IF_NEWER = RedisScript.of(
            """
            local known = tonumber(redis.call('HGET', KEYS[1], 'version'))
            if known and known >= tonumber(ARGV[1]) then
                return 0
            end
            redis.call('HSET', KEYS[1], 'version', ARGV[1], 'name', ARGV[2], 'price', ARGV[3], 'currency', ARGV[4],
                    'onHand', ARGV[5], 'held', ARGV[6], 'sold', ARGV[7])
            redis.call('PEXPIRE', KEYS[1], ARGV[8])
            return 1
            """,
            Long.class);

    private static final Duration LONGEST_WRITE = Duration.ofSeconds(1);

    private final StringRedisTemplate redis;
    private final Reach reach;
    private final Duration timeToLive;
    private final Executor background;

    /** At most one entry for each product of the catalogue. */
    private final Map<Sku, Product> unwritten = new ConcurrentHashMap<>();

    private final AtomicBoolean writing = new AtomicBoolean();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder unreachable = new LongAdder();

    /**
     * @param guard has the breaker before Redis; empty where breakers are switched off
     * @param timeToLive how late what is told may be
     * @param pause how long Redis is left alone after it failed to answer
     * @param background is given at most one task that writes and one that looks for Redis at a time
     */
    public RedisProductCache(
            StringRedisTemplate redis,
            Optional<Guard> guard,
            LongSupplier nanoClock,
            Duration timeToLive,
            Duration pause,
            Executor background) {
        this.redis = redis;
        this.reach = new Reach(guard, this::ping, background, nanoClock, pause);
        this.timeToLive = timeToLive;
        this.background = background;
    }

    @Override
    public Optional<Product> find(Sku sku) {
        var entries = reach.ask(() -> redis.<String, String>opsForHash().entries(KEY + sku));
        var found = entries.flatMap(fields -> product(sku, fields));
        (entries.isEmpty() ? unreachable : found.isEmpty() ? misses : hits).increment();
        return found;
    }

    @Override
    public void put(Product product) {
        unwritten.merge(product.sku(), product, (known, late) -> late.isNewerThan(known) ? late : known);
        write();
    }

    /** How often products were asked for, and what became of it. */
    public Counts counts() {
        return new Counts(hits.sum(), misses.sum(), unreachable.sum());
    }

    private void ping() {
        redis.execute((RedisCallback<String>) RedisConnectionCommands::ping);
    }

    private void write() {
        // A product that is noted after the last look is seen by whoever noted it: it finds nobody writing.
        if (!unwritten.isEmpty() && writing.compareAndSet(false, true)) {
            background.execute(() -> {
                try {
                    unwritten.keySet().forEach(this::writeOne);
                } finally {
                    writing.set(false);
                }
                write();
            });
        }
    }

    private void writeOne(Sku sku) {
        var product = unwritten.remove(sku);
        if (product != null) {
            DeadlineScope.detached("product-cache", LONGEST_WRITE, () -> reach.ask(() -> putIfNewer(product)));
        }
    }

    private boolean putIfNewer(Product product) {
        var stock = product.stock();
        var written = redis.execute(
                PUT_IF_NEWER,
                List.of(KEY + product.sku()),
                Long.toString(stock.version()),
                product.name(),
                Long.toString(product.unitPrice().amount()),
                product.unitPrice().currency(),
                Long.toString(stock.onHand()),
                Long.toString(stock.held()),
                Long.toString(stock.sold()),
                Long.toString(timeToLive.toMillis()));
        return written != null && written == 1;
    }

    /** Empty also if the fields are not what this class writes: then the cache does not know the product. */
    private static Optional<Product> product(Sku sku, Map<String, String> fields) {
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Product(
                    sku,
                    text(fields, "name"),
                    new Money(number(fields, "price"), text(fields, "currency")),
                    new Stock(
                            number(fields, "onHand"),
                            number(fields, "held"),
                            number(fields, "sold"),
                            number(fields, "version"))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static long number(Map<String, String> fields, String name) {
        return Long.parseLong(text(fields, name));
    }

    private static String text(Map<String, String> fields, String name) {
        var text = fields.get(name);
        if (text == null) {
            throw new IllegalArgumentException("a cached product has no " + name);
        }
        return text;
    }

    /** @param unreachable how often Redis was left alone or failed to answer, so that the database was asked */
    public record Counts(long hits, long misses, long unreachable) {}
}
