package io.meridian.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Time that passes when the test says so.
 *
 * <p>The nano clock starts three seconds under {@link Long#MAX_VALUE}, so that code which compares readings instead of subtracting
 * them fails in the first test that waits; and nowhere near the wall clock, so that code which mixes the two fails too.
 * Both clocks advance together. Safe for use by many threads; nothing is run by advancing.
 */
public final class ManualTime {

    private static final long FIRST_NANOS = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();
    private static final Instant FIRST_INSTANT = Instant.parse("2031-05-06T07:08:09.123456Z");

    private final AtomicLong elapsedNanos = new AtomicLong();
    private final LongSupplier nanos = () -> FIRST_NANOS + elapsedNanos.get();
    private final InstantSource instants = () -> FIRST_INSTANT.plusNanos(elapsedNanos.get());

    /** The clock that measures, always the same object; it overflows after three seconds, as the real one may. */
    public LongSupplier nanos() {
        return nanos;
    }

    /** The clock that dates. */
    public InstantSource instants() {
        return instants;
    }

    /** What {@link #instants()} reads now. */
    public Instant now() {
        return instants().instant();
    }

    /**
     * Lets time pass.
     *
     * @throws IllegalArgumentException if the duration is negative: neither clock runs backwards
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time only moves forward, was asked to advance by " + duration);
        }
        elapsedNanos.addAndGet(duration.toNanos());
    }
}
