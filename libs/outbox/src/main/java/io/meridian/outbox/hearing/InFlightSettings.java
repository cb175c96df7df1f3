package io.meridian.outbox.hearing;

import java.time.Duration;

/**
 * How many records of a listener may be worked on at once, and what changes that.
 *
 * @param initial permits to begin with
 * @param least what halving ends at
 * @param most what growing ends at; each may want a database connection
 * @param window how far back latencies are looked at; a step is taken every fifth of it
 * @param slow a p95 above it is slow
 * @param backlog records not committed from which on being slow matters
 * @param goodWindows windows in a row that must not be slow before permits grow
 * @param growth by which they grow then, at least by one
 * @param span records of a partition that may be finished, or in hand, behind one that is not: what a stuck record may hold back in memory
 *     and what a crash repeats at most
 */
public record InFlightSettings(
        int initial,
        int least,
        int most,
        Duration window,
        Duration slow,
        long backlog,
        int goodWindows,
        double growth,
        int span) {

    /** Steps in one window. */
    static final int STEPS = 5;

    /** 16 permits, halved above 2 s with 5,000 waiting, a quarter more after three good windows of 10 s. */
    public static final InFlightSettings USUAL = new InFlightSettings(
            16, 1, 64, Duration.ofSeconds(10), Duration.ofSeconds(2), 5_000, 3, 0.25, 1_000);

    public InFlightSettings {
        if (least < 1 || initial < least || most < initial || most > 10_000) {
            throw new IllegalArgumentException(
                    "permits must satisfy 1 <= least <= initial <= most <= 10000, were least %d, initial %d, most %d"
                            .formatted(least, initial, most));
        }
        if (window.toMillis() < 100 || window.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("window must be between 100 ms and 10 min, was " + window);
        }
        if (!slow.isPositive()) {
            throw new IllegalArgumentException("slow must be positive, was " + slow);
        }
        if (backlog < 0) {
            throw new IllegalArgumentException("backlog must not be negative, was " + backlog);
        }
        if (goodWindows < 1) {
            throw new IllegalArgumentException("goodWindows must be at least 1, was " + goodWindows);
        }
        if (!(growth > 0 && growth <= 1)) {
            throw new IllegalArgumentException("growth must be in (0, 1], was " + growth);
        }
        if (span < most) {
            throw new IllegalArgumentException("span must not be less than most (%d), was %d".formatted(most, span));
        }
    }

    Duration step() {
        return window.dividedBy(STEPS);
    }
}
