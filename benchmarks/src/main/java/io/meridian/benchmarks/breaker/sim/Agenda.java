package io.meridian.benchmarks.breaker.sim;

import java.util.Arrays;

/**
 * What is to happen, earliest first; what is due at the same moment comes in the order it was put in. A heap of four children in arrays of
 * primitives: an event costs no object.
 */
final class Agenda {

    private static final int CHILDREN = 4;
    private static final int WHAT_BITS = 30;
    private static final long WHAT = (1L << WHAT_BITS) - 1;

    private long[] times = new long[4096];
    /** The order of putting in the high bits, what is to happen in the low ones. */
    private long[] entries = new long[4096];

    private int size;
    private long put;

    /** @param what at most 30 bits */
    void add(long time, int what) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            entries = Arrays.copyOf(entries, 2 * size);
        }
        var entry = (put++ << WHAT_BITS) | what;
        var hole = size++;
        while (hole > 0) {
            var parent = (hole - 1) / CHILDREN;
            if (!isBefore(time, entry, parent)) {
                break;
            }
            times[hole] = times[parent];
            entries[hole] = entries[parent];
            hole = parent;
        }
        times[hole] = time;
        entries[hole] = entry;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** When the next is due. */
    long time() {
        return times[0];
    }

    /** Takes the next. */
    int poll() {
        var next = (int) (entries[0] & WHAT);
        var last = --size;
        var time = times[last];
        var entry = entries[last];
        var hole = 0;
        while (true) {
            var first = CHILDREN * hole + 1;
            if (first >= last) {
                break;
            }
            var least = first;
            for (var child = first + 1; child < Math.min(first + CHILDREN, last); child++) {
                if (isBefore(times[child], entries[child], least)) {
                    least = child;
                }
            }
            if (isBefore(time, entry, least)) {
                break;
            }
            times[hole] = times[least];
            entries[hole] = entries[least];
            hole = least;
        }
        times[hole] = time;
        entries[hole] = entry;
        return next;
    }

    private boolean isBefore(long time, long entry, int other) {
        return time < times[other] || (time == times[other] && entry < entries[other]);
    }
}
