package io.meridian.gateway.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The buckets of this gateway alone: exact, immediate, and bounded in number. A client whose bucket had to make room, or
 * has been full for a while, starts with a full one.
 */
final class LocalBuckets {

    /** About 20 MB if all of them are in use. */
    private static final int MOST_CLIENTS = 100_000;

    private final Rate rate;
    private final LongSupplier nanoClock;
    private final Cache<String, AtomicLong> fullAtNanos;

    LocalBuckets(Rate rate, LongSupplier nanoClock) {
        this.rate = rate;
        this.nanoClock = nanoClock;
        this.fullAtNanos = Caffeine.newBuilder()
                .maximumSize(MOST_CLIENTS)
                .expireAfterAccess(rate.credit().plusSeconds(1))
                .ticker(nanoClock::getAsLong)
                .build();
    }

    /** Charges one request to {@code client}. */
    Allowance take(String client) {
        var bucket = fullAtNanos.get(client, _ -> new AtomicLong(nanoClock.getAsLong()));
        while (true) {
            var now = nanoClock.getAsLong();
            var fullAt = bucket.get();
            var allowance = Allowance.after(Duration.ofNanos(fullAt - now), rate); // subtraction survives overflow
            if (!allowance.admitted()
                    || bucket.compareAndSet(fullAt, now + allowance.debt().toNanos())) {
                return allowance;
            }
        }
    }
}
