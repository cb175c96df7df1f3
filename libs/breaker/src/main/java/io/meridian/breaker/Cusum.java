package io.meridian.breaker;

/**
 * The evidence that the dependency is down: Page's cumulative sum ("Continuous inspection schemes", Biometrika 41, 1954) of the
 * log-likelihood ratio between a dependency that fails most of its calls and the usual one.
 */
final class Cusum {

    private Cusum() {}

    /**
     * S after these outcomes. Their order within a step is not known; they are taken as evenly mixed, for which the sum over the step
     * is what counts.
     */
    static double next(double sum, int failures, int successes, double usualFailureShare, Tuning.Tripping tuning) {
        double usual = Math.clamp(usualFailureShare, tuning.leastUsual(), tuning.mostUsual());
        double failure = Math.log(tuning.failing() / usual);
        double success = Math.log((1 - tuning.failing()) / (1 - usual));
        return Math.max(0, sum + failures * failure + successes * success);
    }
}
