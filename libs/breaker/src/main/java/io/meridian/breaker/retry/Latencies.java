package io.meridian.breaker.retry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * How long answers take, as of the last five to ten seconds. What is read is the upper bound of a logarithmic bucket, so at most a fifth
 * too long and never too short; what takes more than {@link #LONGEST} counts as that.
 *
 * <p>Safe for use by many threads. Recording allocates nothing but a new window every five seconds.
 */
public final class Latencies {

    /** What even the longest answer counts as. */
    public static final Duration LONGEST = Duration.ofSeconds(30);

    /** With fewer answers nothing is known. */
    static final int LEAST = 20;

    private static final double FIRST_NANOS = 100_000;
    private static final double GROWTH = 1.2;
    private static final double LOG_GROWTH = Math.log(GROWTH);
    private static final int BUCKETS = 71; // 0.1 ms · 1.2^70 is above 30 s
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LongSupplier nanoClock;
    private final AtomicReference<Windows> windows;

    public Latencies(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.windows = new AtomicReference<>(new Windows(nanoClock.getAsLong(), empty(), empty()));
    }

    private record Windows(long sinceNanos, AtomicIntegerArray now, AtomicIntegerArray before) {}

    /** An answer took so long. */
    public void record(long nanos) {
        current().now().incrementAndGet(bucket(nanos));
    }

    /**
     * The time within which so many have answered, in nanoseconds.
     *
     * @param quantile above 0, at most 1
     * @return negative while nothing is known
     */
    public long quantileNanos(double quantile) {
        var both = current();
        var total = 0L;
        for (var bucket = 0; bucket < BUCKETS; bucket++) {
            total += both.now().get(bucket) + both.before().get(bucket);
        }
        if (total < LEAST) {
            return -1;
        }
        var rank = (long) Math.ceil(quantile * total);
        var below = 0L;
        for (var bucket = 0; bucket < BUCKETS - 1; bucket++) {
            below += both.now().get(bucket) + both.before().get(bucket);
            if (below >= rank) {
                return (long) (FIRST_NANOS * Math.pow(GROWTH, bucket));
            }
        }
        return LONGEST.toNanos();
    }

    private Windows current() {
        var now = nanoClock.getAsLong();
        while (true) {
            var seen = windows.get();
            var age = now - seen.sinceNanos();
            if (age < WINDOW_NANOS) {
                return seen;
            }
            var next = new Windows(now, empty(), age < 2 * WINDOW_NANOS ? seen.now() : empty());
            if (windows.compareAndSet(seen, next)) {
                return next;
            }
        }
    }

    private static int bucket(long nanos) {
        if (nanos <= FIRST_NANOS) {
            return 0;
        }
        return Math.min(BUCKETS - 1, (int) Math.ceil(Math.log(nanos / FIRST_NANOS) / LOG_GROWTH));
    }

    private static AtomicIntegerArray empty() {
        return new AtomicIntegerArray(BUCKETS);
    }
}
