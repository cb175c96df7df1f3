package io.meridian.simulation.engine;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The one source of chance of a run: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014; the constants are those of
 * {@link java.util.SplittableRandom}). The same seed gives the same numbers on every machine.
 */
public final class Dice implements RandomGenerator {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    public Dice(long seed) {
        this.state = mix(seed + GOLDEN);
    }

    @Override
    public long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /** A source of its own, so that what one part draws does not shift what another one draws. */
    public Dice split() {
        return new Dice(nextLong());
    }

    public boolean chance(double probability) {
        return nextDouble() < probability;
    }

    /** From {@code least} to {@code most}, both included. */
    public int between(int least, int most) {
        return least + (int) Long.remainderUnsigned(nextLong(), most - least + 1L);
    }

    public long between(long least, long most) {
        return least + Long.remainderUnsigned(nextLong(), most - least + 1L);
    }

    public <T> T pick(List<T> choices) {
        return choices.get(between(0, choices.size() - 1));
    }

    /** Spreads {@code value} over all bits. */
    public static long mix(long value) {
        var z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
