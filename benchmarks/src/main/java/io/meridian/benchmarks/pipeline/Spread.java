package io.meridian.benchmarks.pipeline;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a stage takes: log-normal about its median, and now and then stuck, as behind a lost packet.
 *
 * @param sigma of the logarithm; 0.1 puts the 99.9th percentile at 1.36 times the median
 * @param stuckShare of the calls, 0 to 1, which take {@link #STUCK}
 */
record Spread(Duration median, double sigma, double stuckShare) {

    static final Duration STUCK = Duration.ofSeconds(5);

    /** The 99.9th percentile of the normal distribution. */
    private static final double Z999 = 3.0902;

    Spread {
        if (!median.isPositive() || !(sigma >= 0) || !(stuckShare >= 0 && stuckShare <= 1)) {
            throw new IllegalArgumentException("a spread needs a positive median, sigma >= 0 and a share in 0..1, was "
                    + median + ", " + sigma + ", " + stuckShare);
        }
    }

    Duration draw(RandomGenerator random) {
        // Both are drawn every time, so that the share changes nothing but the calls that are stuck.
        var stuck = random.nextDouble() < stuckShare;
        var usual = atDeviations(random.nextGaussian());
        return stuck ? STUCK : usual;
    }

    /** The 99.9th percentile of the calls that are not stuck. */
    Duration p999() {
        return atDeviations(Z999);
    }

    /** How many calls take longer, 0 to 1. */
    double shareBeyond(Duration limit) {
        var z = Math.log((double) limit.toNanos() / median.toNanos()) / sigma;
        return stuckShare + (1 - stuckShare) * upperTail(z);
    }

    /** Of the normal distribution: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.17; for z &gt;= 0. */
    private static double upperTail(double z) {
        var t = 1 / (1 + 0.231_641_9 * z);
        var sum = t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * sum;
    }

    private Duration atDeviations(double z) {
        return Duration.ofNanos(Math.round(median.toNanos() * Math.exp(sigma * z)));
    }
}
