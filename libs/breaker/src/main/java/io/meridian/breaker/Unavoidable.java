package io.meridian.breaker;

/**
 * The least median of the last steps: a latency that fewer calls in flight cannot lower, because they did not. A minimum of two runs of
 * steps, of which the older one is dropped when the newer one is full.
 *
 * @param lately the least of the run that is being filled, in nanoseconds
 * @param before the least of the run before
 * @param steps how many steps the run that is being filled has
 */
record Unavoidable(long lately, long before, int steps) {

    static final Unavoidable UNKNOWN = new Unavoidable(Long.MAX_VALUE, Long.MAX_VALUE, 0);

    Unavoidable and(long p50Nanos, int run) {
        return steps >= run
                ? new Unavoidable(p50Nanos, lately, 1)
                : new Unavoidable(Math.min(lately, p50Nanos), before, steps + 1);
    }

    /** 0 if unknown. */
    long nanos() {
        long least = Math.min(lately, before);
        return least == Long.MAX_VALUE ? 0 : least;
    }
}
