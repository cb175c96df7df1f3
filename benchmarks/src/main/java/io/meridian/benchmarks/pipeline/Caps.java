package io.meridian.benchmarks.pipeline;

import java.time.Duration;

/**
 * How long a way waits at most for each stage.
 *
 * @param shared for all of them together, where they share one timeout
 */
record Caps(Duration database, Duration cache, Duration external, Duration shared) {

    /** The caps of the stages are their 99.9th percentiles, 245, 28 and 295 ms, rounded up. */
    static final Caps USUAL =
            new Caps(Duration.ofMillis(250), Duration.ofMillis(30), Duration.ofMillis(300), Duration.ofMillis(200));
}
