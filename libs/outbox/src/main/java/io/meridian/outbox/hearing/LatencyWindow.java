package io.meridian.outbox.hearing;

import java.time.Duration;
import java.util.Arrays;

/**
 * The latencies of the last so many steps, for a percentile: one histogram for each step, with eight buckets for each doubling, so that a
 * percentile is at most an eighth too high and never too low. Not safe for use by several threads.
 */
final class LatencyWindow {

    private static final int SUB_BITS = 3;
    private static final int BUCKETS = (64 - SUB_BITS) << SUB_BITS;

    private final int[][] steps;
    private int current;

    LatencyWindow(int steps) {
        this.steps = new int[steps][BUCKETS];
    }

    void add(Duration latency) {
        steps[current][bucket(Math.max(0, latency.toNanos() / 1_000))]++;
    }

    /** Begins the next step and forgets the oldest. */
    void advance() {
        current = (current + 1) % steps.length;
        Arrays.fill(steps[current], 0);
    }

    void clear() {
        for (var step : steps) {
            Arrays.fill(step, 0);
        }
    }

    int count() {
        int count = 0;
        for (var step : steps) {
            for (int records : step) {
                count += records;
            }
        }
        return count;
    }

    /**
     * The latency that {@code share} of the records did not exceed; zero if there are none.
     *
     * @param unfinished records that have taken longer than all of these, without having ended
     * @param atLeast what those have taken
     */
    Duration percentile(double share, int unfinished, Duration atLeast) {
        int finished = count();
        int rank = (int) Math.ceil(share * (finished + unfinished));
        if (rank == 0) {
            return Duration.ZERO;
        }
        int seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            for (var step : steps) {
                seen += step[bucket];
            }
            if (seen >= rank) {
                return Duration.ofNanos(end(bucket) * 1_000);
            }
        }
        return atLeast;
    }

    private static int bucket(long micros) {
        int exponent = 63 - Long.numberOfLeadingZeros(micros | 1);
        if (exponent < SUB_BITS) {
            return (int) micros;
        }
        int sub = (int) (micros >>> exponent - SUB_BITS) & (1 << SUB_BITS) - 1;
        return Math.min(BUCKETS - 1, (exponent - SUB_BITS + 1 << SUB_BITS) + sub);
    }

    /** The largest value of a bucket, in microseconds. */
    private static long end(int bucket) {
        if (bucket < 1 << SUB_BITS) {
            return bucket;
        }
        int shift = (bucket >>> SUB_BITS) - 1;
        long sub = (bucket & (1 << SUB_BITS) - 1) + (1L << SUB_BITS);
        return (sub + 1 << shift) - 1;
    }
}
