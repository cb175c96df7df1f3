package io.meridian.breaker.ejection;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The calls of the last ten seconds, in slices of one. A slice is one word: the second it belongs to, successes and failures, 32 and
 * twice 16 bits. Beyond 65,535 of either in a second both are halved: the shares stay, and of so many calls nobody needs the number.
 */
final class Window {

    private static final int SLICES = 10;
    private static final long SECOND = 1_000_000_000;
    private static final int MOST = 0xffff;

    private final AtomicLongArray slices = new AtomicLongArray(SLICES);
    private final long startNanos;

    Window(long startNanos) {
        this.startNanos = startNanos - SLICES * SECOND; // an empty slice is of second 0, which has passed
    }

    void add(boolean success, long nowNanos) {
        var second = second(nowNanos);
        slices.updateAndGet((int) (second % SLICES), slice -> {
            var same = slice >>> 32 == second;
            var succeeded = (same ? slice >>> 16 & MOST : 0) + (success ? 1 : 0);
            var failed = (same ? slice & MOST : 0) + (success ? 0 : 1);
            var halve = succeeded > MOST || failed > MOST ? 1 : 0;
            return second << 32 | succeeded >> halve << 16 | failed >> halve;
        });
    }

    Evidence evidence(long nowNanos) {
        var second = second(nowNanos);
        var succeeded = 0L;
        var failed = 0L;
        for (var i = 0; i < SLICES; i++) {
            var slice = slices.get(i);
            if (second - (slice >>> 32) < SLICES) {
                succeeded += slice >>> 16 & MOST;
                failed += slice & MOST;
            }
        }
        return new Evidence(succeeded, failed);
    }

    void clear() {
        for (var i = 0; i < SLICES; i++) {
            slices.set(i, 0);
        }
    }

    /** Since ten seconds before the start; a caller may read the clock before another and add after it. */
    private long second(long nowNanos) {
        return Math.max(SLICES, (nowNanos - startNanos) / SECOND);
    }
}
