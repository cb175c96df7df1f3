package io.meridian.breaker;

/** How long to wait before the dependency is tried again: doubled each time, with jitter, so that many clients do not come at once. */
final class Reopening {

    private Reopening() {}

    /**
     * The wait.
     *
     * @param before how many waits in a row were in vain
     * @param random uniform in [0, 1)
     */
    static long waitNanos(int before, double random, Tuning.Recovery tuning) {
        double wait = Math.min(tuning.mostNanos(), tuning.firstNanos() * Math.pow(2, before));
        return Math.round(wait * (.5 + random));
    }
}
