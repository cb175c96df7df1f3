package io.meridian.outbox.jdbc;

import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Mints UUIDs of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then a 12-bit counter (section 6.2, method 1), then
 * 62 random bits.
 *
 * <p>Ids of one minter ascend strictly, even within a millisecond and when the clock steps back: the counter carries into the
 * time field, which then runs ahead of the clock until the clock has caught up.
 */
final class UuidV7 {

    private static final int COUNTER_BITS = 12;
    /** The counter starts a millisecond in its lower half, so that it rarely has to carry. */
    private static final int COUNTER_START = 1 << (COUNTER_BITS - 1);

    private final InstantSource clock;
    private final RandomGenerator random;
    private final AtomicLong lastTick = new AtomicLong();

    UuidV7(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    UUID next() {
        long fresh = clock.millis() << COUNTER_BITS | random.nextInt(COUNTER_START);
        long tick = lastTick.updateAndGet(last -> Math.max(last + 1, fresh));
        return of(tick, random.nextLong());
    }

    /** The smallest id of the given millisecond: everything minted earlier sorts before it. */
    static UUID lowestAt(long epochMillis) {
        return of(epochMillis << COUNTER_BITS, 0);
    }

    private static UUID of(long tick, long tail) {
        long millis = tick >>> COUNTER_BITS;
        long counter = tick & ((1 << COUNTER_BITS) - 1);
        long high = millis << 16 | 0x7000L | counter;
        long low = tail & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
