package io.meridian.benchmarks.breaker.sim;

import io.meridian.breaker.Outcome;
import java.util.Arrays;

/** One policy around another, as people stack a breaker and a limiter: what the inner one refuses, the outer one is not told of. */
final class StackedPolicy implements Policy {

    private final Policy outer;
    private final Policy inner;
    /** What the outer one gave, by what the inner one gave. */
    private long[] outerPermits = new long[64];

    StackedPolicy(Policy outer, LimiterPolicy inner) {
        this.outer = outer;
        this.inner = inner;
    }

    @Override
    public long enter(long remainingNanos) {
        var outerPermit = outer.enter(remainingNanos);
        if (outerPermit < 0) {
            return REFUSED;
        }
        var permit = inner.enter(remainingNanos);
        if (permit < 0) {
            outer.leave(outerPermit, Outcome.IGNORED, remainingNanos);
            return REFUSED;
        }
        if (permit >= outerPermits.length) {
            outerPermits = Arrays.copyOf(outerPermits, 2 * (int) permit);
        }
        outerPermits[(int) permit] = outerPermit;
        return permit;
    }

    @Override
    public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
        inner.leave(permit, outcome, remainingAtEntryNanos);
        outer.leave(outerPermits[(int) permit], outcome, remainingAtEntryNanos);
    }

    @Override
    public int opens() {
        return outer.opens();
    }

    @Override
    public Trace trace() {
        return new Trace(inner.trace().limit(), outer.trace().isOpen());
    }
}
