package io.meridian.breaker;

/**
 * What is usual for the dependency: b50 and b95, the quantiles in good times, and p0, the share of failures. They follow downwards
 * quickly, because faster than usual is never a fault, and upwards slowly, so that a slow minute does not become the standard.
 *
 * @param p50Nanos b50; 0 before anything is known
 * @param p95Nanos b95; 0 before anything is known
 * @param failureShare p0
 * @param inFlight U, how many calls are in flight on average: their rate times b50 (Little's law)
 */
record Usual(long p50Nanos, long p95Nanos, double failureShare, double inFlight) {

    static final Usual UNKNOWN = new Usual(0, 0, 0, 0);

    /** The first good or bad look is where it starts. */
    Usual next(Latency latency, double failed, double inFlightNow, boolean good, Tuning tuning) {
        if (!latency.reaches(.5)) {
            return this;
        }
        var slowness = tuning.slowness();
        if (p50Nanos == 0) {
            return new Usual(latency.quantileNanos(.5), latency.quantileNanos(.95), failed, inFlightNow);
        }
        if (!good) {
            return this;
        }
        return new Usual(
                follow(p50Nanos, latency.quantileNanos(.5), slowness),
                follow(p95Nanos, latency.quantileNanos(.95), slowness),
                failureShare + slowness.up() * (failed - failureShare),
                inFlight + slowness.up() * (inFlightNow - inFlight));
    }

    private static long follow(long usual, long now, Tuning.Slowness slowness) {
        return usual + Math.round((now < usual ? slowness.down() : slowness.up()) * (now - usual));
    }

    /** theta: from here on an answer is slow. The longest there may be before anything is known. */
    long slowNanos(Tuning tuning) {
        var slowness = tuning.slowness();
        if (p50Nanos == 0) {
            return slowness.mostNanos();
        }
        double slow = Math.max(slowness.p50Factor() * p50Nanos, slowness.p95Factor() * p95Nanos);
        return Math.clamp(Math.round(slow), slowness.leastNanos(), slowness.mostNanos());
    }

    /**
     * T*: the median latency that is aimed at; 0 before anything is known.
     *
     * @param unavoidableNanos r, a latency that no limit can lower; 0 if there is none
     */
    long targetNanos(long medianBudgetNanos, long unavoidableNanos, Tuning tuning) {
        if (p50Nanos == 0) {
            return 0;
        }
        var slowness = tuning.slowness();
        double budget = medianBudgetNanos == 0 ? 2.0 * slowNanos(tuning) : medianBudgetNanos;
        double unavoidable = Math.min(slowness.unavoidableFactor() * unavoidableNanos, budget);
        double target = Math.max(slowness.targetFactor() * p50Nanos, slowness.budgetShare() * budget);
        return Math.round(Math.max(target, unavoidable));
    }
}
