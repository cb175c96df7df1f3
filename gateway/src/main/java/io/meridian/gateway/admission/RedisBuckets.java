package io.meridian.gateway.admission;

import java.time.Duration;
import java.util.List;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Mono;

/**
 * Buckets in Redis, one key per client that lives no longer than its debt: a flushed Redis means full buckets. One script
 * run decides, by the clock of Redis, so that gateways whose clocks differ agree.
 */
public final class RedisBuckets implements SharedBuckets {

    static final String KEY_PREFIX = "gateway:rate:";

    // The arithmetic of Allowance.after, in microseconds: these are whole numbers below 2^53, exact in a Lua number.
    private static final RedisScript<List<Long>> TAKE = script("""
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local cost, credit = tonumber(ARGV[1]), tonumber(ARGV[2])
            local fullAt = tonumber(redis.call('GET', KEYS[1])) or now
            local debt = math.min(math.max(0, fullAt - now), credit)
            if debt + cost > credit then
              return {0, debt}
            end
            debt = debt + cost
            redis.call('SET', KEYS[1], string.format('%.0f', now + debt), 'PX', math.ceil(debt / 1000))
            return {1, debt}
            """);

    private final ReactiveStringRedisTemplate redis;
    private final Rate rate;
    private final List<String> arguments;

    public RedisBuckets(ReactiveStringRedisTemplate redis, Rate rate) {
        this.redis = redis;
        this.rate = rate;
        this.arguments = List.of(micros(rate.cost()), micros(rate.credit()));
    }

    @Override
    public Mono<Allowance> take(String client) {
        return redis.execute(TAKE, List.of(KEY_PREFIX + client), arguments)
                .next()
                .map(answer -> new Allowance(
                        answer.getFirst() == 1, rate, Duration.ofNanos(1_000 * answer.getLast())));
    }

    private static String micros(Duration time) {
        return Long.toString(time.toNanos() / 1_000);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static RedisScript<List<Long>> script(String text) {
        return (RedisScript) RedisScript.of(text, List.class);
    }
}
