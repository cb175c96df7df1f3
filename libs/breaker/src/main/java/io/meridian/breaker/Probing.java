package io.meridian.breaker;

/**
 * What the probes said so far.
 *
 * @param good so many succeeded
 * @param bad so many failed
 */
record Probing(int good, int bad) {

    static final Probing BEGUN = new Probing(0, 0);

    enum Verdict {
        UNDECIDED,
        WORKS,
        STILL_DOWN
    }

    Probing and(boolean succeeded) {
        return succeeded ? new Probing(good + 1, bad) : new Probing(good, bad + 1);
    }

    int answered() {
        return good + bad;
    }

    Verdict verdict(Tuning.Recovery tuning) {
        if (good >= tuning.good()) {
            return Verdict.WORKS;
        }
        return bad >= tuning.bad() ? Verdict.STILL_DOWN : Verdict.UNDECIDED;
    }

    /** How long probes may take before their silence counts as a verdict. */
    static long patienceNanos(long slowNanos, Tuning.Recovery tuning) {
        return Math.max(tuning.patienceNanos(), Math.round(tuning.patienceFactor() * slowNanos));
    }
}
