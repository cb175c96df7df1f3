package io.meridian.breaker;

/** Which remaining times are too short to be worth a call: one bit for each of {@link Buckets}, so that asking costs one look. */
final class Gate {

    static final long OPEN = 0;

    private Gate() {}

    /** The gate that refuses every bucket whose chance of an answer in time is below {@code least}. */
    static long below(double least, Latency latency) {
        long refused = OPEN;
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            if (latency.answeredWithin(bucket) < least) {
                refused |= 1L << bucket;
            }
        }
        return refused;
    }

    static boolean refuses(long gate, long remainingNanos) {
        return gate != OPEN
                && remainingNanos != Breaker.NO_DEADLINE
                && (gate >>> Buckets.of(remainingNanos) & 1) != 0;
    }
}
