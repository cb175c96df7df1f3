package io.meridian.breaker.retry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How many repetitions and hedges the calls to one dependency may have together: a share of what succeeded in the last ten seconds,
 * and for repetitions a few in each second besides, so that a client that asks seldom can repeat at all. When everything
 * fails nothing is earned, and what is left is those few: then repetitions do not add to what the dependency suffers from.
 *
 * <p>The idea is that of {@code com.twitter.finagle.service.RetryBudget}, where the few may also be saved up for ten seconds; here
 * they may not. A hedge is paid for from the share alone, and all hedges together take at most {@code hedgeShare} of what
 * succeeded.
 *
 * <p>Safe for use by many threads. What is taken is exact: never more than the budget has. The ten seconds are counted in slices of one,
 * so what succeeded is forgotten after nine to ten. Nothing is allocated.
 */
public final class RetryBudget {

    /** How long a success counts. */
    public static final Duration WINDOW = Duration.ofSeconds(10);

    private static final int SLICES = 10;
    private static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int COUNT_BITS = 32;
    private static final long COUNT = (1L << COUNT_BITS) - 1;

    private final String name;
    private final double share;
    private final double hedgeShare;
    private final int perSecond;
    private final LongSupplier nanoClock;
    private final long startNanos;

    /** In each element: the number of a slice above, how many succeeded in it below. */
    private final AtomicLongArray succeeded = new AtomicLongArray(SLICES);

    private final LongAdder allowed = new LongAdder();
    private final LongAdder denied = new LongAdder();

    // Guarded by this.
    private final long[] taken = new long[SLICES];
    private final long[] takenForHedges = new long[SLICES];
    private long besidesInSlice = -1;
    private int besides;

    /**
     * @param name of the dependency
     * @param share of successes that may be repetitions or hedges, 0 to 1
     * @param hedgeShare of successes that may be hedges, 0 to {@code share}
     * @param perSecond how many repetitions each second has besides
     * @param nanoClock as {@link System#nanoTime()}
     */
    public RetryBudget(String name, double share, double hedgeShare, int perSecond, LongSupplier nanoClock) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of repetitions of " + name + " is from 0 to 1, was " + share);
        }
        if (!(hedgeShare >= 0 && hedgeShare <= share)) {
            throw new IllegalArgumentException(
                    "the share of hedges of " + name + " is from 0 to that of repetitions, " + share + ", was " + hedgeShare);
        }
        if (perSecond < 0) {
            throw new IllegalArgumentException("the repetitions per second of " + name + " are never negative, was " + perSecond);
        }
        this.name = name;
        this.share = share;
        this.hedgeShare = hedgeShare;
        this.perSecond = perSecond;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
    }

    /** The dependency's name. */
    public String name() {
        return name;
    }

    /** A call succeeded; a share of that may be spent in the next seconds. */
    public void succeeded() {
        var slice = slice();
        var at = (int) (slice % SLICES);
        while (true) {
            var seen = succeeded.get(at);
            var of = seen >>> COUNT_BITS;
            if (of > slice) {
                return; // a thread that read the clock ten seconds ago; its slice is over
            }
            var next = of == slice ? seen + 1 : slice << COUNT_BITS | 1;
            if (succeeded.compareAndSet(at, seen, next)) {
                return;
            }
        }
    }

    /** Takes a repetition, if there is one. */
    public boolean takeForRetry() {
        return told(takeRetry());
    }

    /** Takes a hedge, if there is one. */
    public boolean takeForHedge() {
        return told(takeHedge());
    }

    /** How often something was taken. */
    public long allowed() {
        return allowed.sum();
    }

    /** How often there was nothing to take. */
    public long denied() {
        return denied.sum();
    }

    /** How many repetitions could be taken at this moment. */
    public synchronized long available() {
        var slice = slice();
        var ofShare = (long) Math.floor(share * sum(slice)) - sum(taken, slice);
        var ofSecond = besidesInSlice == slice ? perSecond - besides : perSecond;
        return Math.max(0, ofShare) + Math.max(0, ofSecond);
    }

    private boolean told(boolean took) {
        (took ? allowed : denied).increment();
        return took;
    }

    private synchronized boolean takeRetry() {
        var slice = slice();
        if (sum(taken, slice) + 1 <= share * sum(slice)) {
            take(taken, slice);
            return true;
        }
        if (besidesInSlice != slice) {
            besidesInSlice = slice;
            besides = 0;
        }
        if (besides >= perSecond) {
            return false;
        }
        besides++;
        return true;
    }

    private synchronized boolean takeHedge() {
        var slice = slice();
        var earned = sum(slice);
        if (sum(taken, slice) + 1 > share * earned || sum(takenForHedges, slice) + 1 > hedgeShare * earned) {
            return false;
        }
        take(taken, slice);
        take(takenForHedges, slice);
        return true;
    }

    /** Seconds since the start; never negative, and counts on when the clock overflows. */
    private long slice() {
        return Math.max(0, nanoClock.getAsLong() - startNanos) / SLICE_NANOS;
    }

    private long sum(long slice) {
        var sum = 0L;
        for (var at = 0; at < SLICES; at++) {
            sum += counted(succeeded.get(at), slice);
        }
        return sum;
    }

    private static long sum(long[] counts, long slice) {
        var sum = 0L;
        for (var each : counts) {
            sum += counted(each, slice);
        }
        return sum;
    }

    private static long counted(long packed, long slice) {
        return slice - (packed >>> COUNT_BITS) < SLICES ? packed & COUNT : 0;
    }

    private static void take(long[] counts, long slice) {
        var at = (int) (slice % SLICES);
        counts[at] = counts[at] >>> COUNT_BITS == slice ? counts[at] + 1 : slice << COUNT_BITS | 1;
    }
}
