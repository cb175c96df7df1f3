package io.meridian.breaker.shedding;

/**
 * Which ranks are let in when an overload lasts (DAGOR, see {@link Importance}): whoever is below the threshold is refused without
 * waiting. In each window that is overloaded, a twentieth less of what was let in is let in; in each that is not, a hundredth of what came
 * is let in again, and a quarter of all that is kept out if nobody had to wait at all. How many calls that means is read from a histogram
 * of the ranks that came, the last windows' most.
 *
 * <p>Begins only after {@value #LASTING} windows of overload on end; the most important level is always let in.
 */
final class Threshold {

    static final int RANKS = 4 * Importance.GROUPS;

    private static final int ALWAYS = Importance.GROUPS;
    private static final int LASTING = 10;
    /** In so many windows without a call everything is let in again. */
    private static final int ALL_IN = 64;

    private static final double LESS = 0.05;
    private static final double MORE = 0.01;

    private final long windowNanos;
    private final double[] came = new double[RANKS];

    private int admitted = RANKS;
    private int overloaded;
    private long windowSinceNanos;
    private long overSinceNanos;
    private boolean begun;
    private boolean over;
    private boolean waited;

    Threshold(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    /** How many of the ranks are let in, from the most important. */
    int admitted() {
        return admitted;
    }

    boolean admits(int rank) {
        return rank < admitted;
    }

    void came(int rank) {
        came[rank]++;
    }

    /** Somebody found all places taken. */
    void waited() {
        waited = true;
    }

    void overloaded() {
        over = true;
    }

    /** For how long there has been overload; 0 if the last window in which somebody had to wait had none. */
    long overForNanos(long now) {
        return overloaded == 0 ? 0 : now - overSinceNanos;
    }

    void at(long now) {
        if (!begun) {
            begun = true;
            windowSinceNanos = now;
        }
        if (now - windowSinceNanos > ALL_IN * windowNanos) {
            windowSinceNanos = now - ALL_IN * windowNanos;
        }
        while (now - windowSinceNanos >= windowNanos) {
            close();
            windowSinceNanos += windowNanos;
        }
    }

    private void close() {
        if (over) {
            if (overloaded++ == 0) {
                overSinceNanos = windowSinceNanos;
            }
            if (overloaded >= LASTING || admitted < RANKS) {
                lower();
            }
        } else {
            overloaded = 0;
            raise();
        }
        for (var rank = 0; rank < RANKS; rank++) {
            came[rank] /= 2;
        }
        over = false;
        waited = false;
    }

    private void lower() {
        var served = sum(admitted);
        var goal = served * (1 - LESS);
        while (admitted > ALWAYS && served > goal) {
            served -= came[--admitted];
        }
    }

    private void raise() {
        if (admitted == RANKS) {
            return;
        }
        if (!waited) {
            admitted += Math.max(1, (RANKS - admitted) / 4);
            return;
        }
        var served = sum(admitted);
        var goal = served + sum(RANKS) * MORE;
        do {
            served += came[admitted++];
        } while (admitted < RANKS && served < goal);
    }

    private double sum(int ranks) {
        var sum = 0.0;
        for (var rank = 0; rank < ranks; rank++) {
            sum += came[rank];
        }
        return sum;
    }
}
