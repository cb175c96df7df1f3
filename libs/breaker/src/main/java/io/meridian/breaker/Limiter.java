package io.meridian.breaker;

/**
 * How many calls may be in flight: a gradient on the median latency like Gradient2 of Netflix concurrency-limits, but aimed at T*, which
 * is anchored to the deadlines and not to the idle latency; with time-outs and calls that hang as losses, which Gradient2 does not see.
 */
final class Limiter {

    private Limiter() {}

    /**
     * The next limit.
     *
     * @param limit L, the one in force
     * @param lost tr, the share of time-outs and aged calls
     * @param gradient g = T* / p50; 1 or more if the dependency is fast enough, or nothing is known
     */
    static double next(double limit, double lost, double gradient, int peak, Tuning.Limits tuning) {
        double next = limit;
        if (lost > tuning.timedOutShare()) {
            next = limit * tuning.cut();
        } else if (gradient < 1) {
            next = limit * Math.max(tuning.steepest(), gradient);
        } else if (peak >= tuning.busyShare() * limit) {
            double room = tuning.headroomFactor() * peak + tuning.headroom();
            next = Math.max(limit, Math.min(limit + Math.max(1, Math.sqrt(limit)), room));
        }
        return Math.clamp(next, tuning.least(), tuning.most());
    }
}
