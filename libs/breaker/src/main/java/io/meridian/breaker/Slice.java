package io.meridian.breaker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** What happened in one step of the controller. Written by all callers at once, one atomic addition for each call that ended. */
final class Slice {

    /** The kinds of what is counted; each has a row of {@link Buckets}. */
    static final int SUCCEEDED = 0;

    static final int FAILED = 1;
    static final int TIMED_OUT = 2;
    static final int KINDS = 3;

    private final AtomicIntegerArray cells = new AtomicIntegerArray(KINDS * Buckets.COUNT);
    private final AtomicInteger limited = new AtomicInteger();
    private volatile int peak;

    void count(int kind, long nanos) {
        cells.getAndIncrement(kind * Buckets.COUNT + Buckets.of(nanos));
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
        for (int i = kind * Buckets.COUNT; i < (kind + 1) * Buckets.COUNT; i++) {
            sum += cells.get(i);
        }
        return sum;
    }

    int calls() {
        int sum = 0;
        for (int i = 0; i < cells.length(); i++) {
            sum += cells.get(i);
        }
        return sum;
    }

    void addTo(int[] row, int kind) {
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            row[bucket] += cells.get(kind * Buckets.COUNT + bucket);
        }
    }
}
