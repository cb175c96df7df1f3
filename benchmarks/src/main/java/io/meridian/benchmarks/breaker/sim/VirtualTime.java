package io.meridian.benchmarks.breaker.sim;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** The time of one simulation, which stands still until the simulation moves it; both a nano clock and a wall clock. */
final class VirtualTime extends Clock implements LongSupplier {

    /** Far from zero, so that an algorithm that takes 0 for "never" does not get by. */
    static final long START = 1_000_000_000_000_000L;

    private static final Instant START_ON_THE_WALL = Instant.parse("2026-01-01T00:00:00Z");

    /** Read and written on every event; the simulation is one thread. */
    long now = START;

    /** Seconds since the simulation began. */
    static double seconds(long nanos) {
        return (nanos - START) / 1e9;
    }

    @Override
    public long getAsLong() {
        return now;
    }

    @Override
    public Instant instant() {
        return START_ON_THE_WALL.plusNanos(now - START);
    }

    @Override
    public long millis() {
        return START_ON_THE_WALL.toEpochMilli() + (now - START) / 1_000_000;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
