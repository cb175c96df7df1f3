package io.meridian.breaker;

/**
 * How many calls may be in flight: a gradient on the median latency like Gradient2 of Netflix concurrency-limits, but aimed at T*, which
 * is anchored to the deadlines and not to the idle latency; with time-outs and calls that hang as losses, which Gradient2 does not see.
 *
 * <p>Below 1 it is a share of the time in which one call is in flight: then calls are made with pauses.
 */
final class Limiter {

    private Limiter() {}

    /**
     * The next limit.
     *
     * @param limit L, the one in force
     * @param lost tr, the share of time-outs and aged calls
     * @param gradient g = T* / p50; 1 or more if the dependency is fast enough, or nothing is known
     * @param peak the most that were in flight at once
     */
    static double next(double limit, double lost, double gradient, int peak, Tuning.Limits tuning) {
        double room = tuning.headroomFactor() * peak + tuning.headroom();
        double next = limit;
        if (lost > tuning.timedOutShare()) {
            next = limit * tuning.cut();
        } else if (gradient < 1) {
            next = limit * Math.max(tuning.steepest(), gradient);
        } else if (limit > room) {
            next = Math.max(room, limit * tuning.fade());
        } else if (peak >= tuning.busyShare() * limit) {
            next = Math.min(limit + growth(limit, tuning), room);
        }
        return Math.clamp(next, tuning.least(), tuning.most());
    }

    private static double growth(double limit, Tuning.Limits tuning) {
        return Math.min(Math.max(1, Math.sqrt(limit)), tuning.fastest() * limit);
    }

    /**
     * From one call to the next there is at least this, in nanoseconds: p50 / L, so that the one call in flight is there for a share L of
     * the time; 0 if whole calls may be in flight.
     */
    static long pauseNanos(double limit, long p50Nanos, Tuning.Limits tuning) {
        return limit >= 1 ? 0 : Math.round(Math.min(tuning.longestPauseNanos(), p50Nanos / limit));
    }
}
