package io.meridian.benchmarks.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A request that arrives at a moment, come what may, and what its stages will take.
 *
 * @param at after the first one could have arrived
 */
record Request(Duration at, Duration database, Duration cache, Duration external) {

    static final double STUCK_SHARE = 0.000_1;
    static final Spread DATABASE = new Spread(Duration.ofMillis(180), 0.10, STUCK_SHARE);
    static final Spread CACHE = new Spread(Duration.ofMillis(15), 0.20, STUCK_SHARE);
    static final Spread EXTERNAL = new Spread(Duration.ofMillis(210), 0.11, STUCK_SHARE);

    /** As many as arrive in this time, a Poisson stream; the same seed gives the same requests. */
    static List<Request> stream(double perSecond, Duration time, long seed) {
        var arrivals = new SplittableRandom(seed);
        var stages = arrivals.split();
        return Stream.iterate(gap(perSecond, arrivals), at -> at.compareTo(time) < 0, at -> at.plus(
                        gap(perSecond, arrivals)))
                .map(at -> new Request(at, DATABASE.draw(stages), CACHE.draw(stages), EXTERNAL.draw(stages)))
                .toList();
    }

    private static Duration gap(double perSecond, SplittableRandom random) {
        return Duration.ofNanos(Math.round(-Math.log(1 - random.nextDouble()) / perSecond * 1e9));
    }
}
