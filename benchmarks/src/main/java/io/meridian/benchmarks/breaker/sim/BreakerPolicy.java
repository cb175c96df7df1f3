package io.meridian.benchmarks.breaker.sim;

import io.meridian.breaker.AdaptiveBreaker;
import io.meridian.breaker.BreakerListeners;
import io.meridian.breaker.BreakerState;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Tuning;
import java.util.SplittableRandom;

/** The breaker of {@code libs/breaker}. */
final class BreakerPolicy implements Policy {

    private final AdaptiveBreaker breaker;
    private int opens;

    BreakerPolicy(VirtualTime time, SplittableRandom random, Tuning tuning) {
        this.breaker = new AdaptiveBreaker(
                "service", tuning, time, random, BreakerListeners.NONE, new AdaptiveBreaker.Follower() {
                    @Override
                    public void moved(BreakerState from, BreakerState to, long waitNanos) {
                        opens += to == BreakerState.OPEN ? 1 : 0;
                    }
                });
    }

    @Override
    public long enter(long remainingNanos) {
        return breaker.enter(remainingNanos);
    }

    @Override
    public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
        breaker.leave(permit, outcome, remainingAtEntryNanos);
    }

    @Override
    public int opens() {
        return opens;
    }

    @Override
    public Trace trace() {
        return new Trace(breaker.limit(), breaker.state() == BreakerState.OPEN);
    }
}
