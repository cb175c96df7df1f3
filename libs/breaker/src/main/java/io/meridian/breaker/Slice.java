package io.meridian.breaker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What happened in one step of the controller. Written by all callers at once, one atomic addition for each call that ended, in the rows of
 * its thread's {@link Stripes stripe}.
 */
final class Slice {

    /** The kinds of what is counted; each has a row of {@link Buckets}. */
    static final int SUCCEEDED = 0;

    static final int FAILED = 1;
    static final int TIMED_OUT = 2;
    static final int KINDS = 3;

    private static final int ROWS = KINDS * Buckets.COUNT;

    /** From the rows of one stripe to those of the next. */
    private static final int STRIDE = ROWS + Stripes.LINE_INTS;

    private final AtomicIntegerArray cells = new AtomicIntegerArray(Stripes.LINE_INTS + Stripes.COUNT * STRIDE);
    private final AtomicInteger limited = new AtomicInteger();
    private volatile int peak;

    void count(int kind, long nanos) {
        cells.getAndIncrement(first(Stripes.own(), kind) + Buckets.of(nanos));
    }

    /** So many were in flight. Of two that tell at the same moment the lesser may win, which is near enough. */
    void inFlight(int calls) {
        if (calls > peak) {
            peak = calls;
        }
    }

    /** A call was refused because of the limit. */
    void limited() {
        limited.getAndIncrement();
    }

    int peak() {
        return peak;
    }

    int limitedCalls() {
        return limited.get();
    }

    int count(int kind) {
        int sum = 0;
        for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
            int first = first(stripe, kind);
            for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
                sum += cells.get(first + bucket);
            }
        }
        return sum;
    }

    int calls() {
        int sum = 0;
        for (int kind = 0; kind < KINDS; kind++) {
            sum += count(kind);
        }
        return sum;
    }

    void addTo(int[] row, int kind) {
        for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
            int first = first(stripe, kind);
            for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
                row[bucket] += cells.get(first + bucket);
            }
        }
    }

    private static int first(int stripe, int kind) {
        return Stripes.LINE_INTS + stripe * STRIDE + kind * Buckets.COUNT;
    }
}
