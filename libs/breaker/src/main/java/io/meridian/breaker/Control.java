package io.meridian.breaker;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the controller decided in one step, and what it decides the next one from.
 *
 * @param limit L; whole calls are {@code floor(limit)}
 * @param latency what is known of the last second
 * @param usual what is known of good times
 * @param slowNanos theta
 * @param targetNanos T*; 0 before anything is known
 * @param gate the bits of {@link Gate}
 * @param throttle the share of calls to spare it
 * @param cusum S
 * @param trip why it must open, as a sentence; null if it need not
 */
record Control(
        double limit,
        Latency latency,
        Usual usual,
        long slowNanos,
        long targetNanos,
        long gate,
        double throttle,
        double cusum,
        @Nullable String trip) {

    static Control initial(Tuning tuning) {
        return new Control(
                tuning.limits().initial(),
                Latency.UNKNOWN,
                Usual.UNKNOWN,
                Usual.UNKNOWN.slowNanos(tuning),
                0,
                Gate.OPEN,
                0,
                0,
                null);
    }

    /** One step: from what was decided last and what was seen since, to what holds until the next. */
    Control next(Observed seen, Tuning tuning) {
        var measured = Latency.of(seen);
        int ended = seen.ended();
        long p50 = measured.isKnown() ? measured.quantileNanos(.5) : usual.p50Nanos();
        // a median that half of the calls have not reached yet says only that they hang: then the usual one is the measure
        long answeredIn = Math.round(tuning.trip().agedFactor() * (measured.reaches(.5) ? p50 : usual.p50Nanos()));
        long agedFrom = Math.max(slowNanos, answeredIn);
        int aged = tuning.parts().inFlight() ? Observed.from(seen.inFlight(), agedFrom) : 0;
        boolean enough = ended >= tuning.windows().samples() || aged >= tuning.limits().agedNeeded();

        double lost = lostShare(seen, aged, answeredIn);
        double failed = share(seen.failures(), seen.failures() + seen.successes());
        boolean good = enough
                && lost <= tuning.limits().timedOutShare() / 2
                && failed <= tuning.trip().mostUsual()
                && seen.limited() == 0
                && (targetNanos == 0 || p50 <= targetNanos);
        var nextUsual = enough ? usual.next(measured, failed, good, tuning) : usual;
        long slow = nextUsual.slowNanos(tuning);
        long target = nextUsual.targetNanos(seen.medianBudgetNanos(), tuning);
        double gradient = target == 0 || p50 == 0 ? 1 : (double) target / p50;

        double nextLimit = limit;
        if (enough && tuning.parts().limiter()) {
            nextLimit = Limiter.next(limit, lost, gradient, seen.peak(), tuning.limits());
        }
        boolean behind = gradient < 1 || lost > tuning.limits().timedOutShare() || seen.limited() > 0;
        long nextGate = enough && tuning.parts().gate()
                ? Gate.below(behind ? tuning.gate().busy() : tuning.gate().calm(), measured)
                : Gate.OPEN;
        double spared = tuning.parts().throttle()
                ? Throttle.share(seen.failures() + seen.successes(), seen.successes(), tuning.throttling())
                : 0;
        double evidence = Cusum.next(
                cusum,
                seen.newlyFailed() + Observed.from(seen.newlyTimedOut(), slow),
                seen.newlySucceeded(),
                nextUsual.failureShare(),
                tuning.trip());
        return new Control(
                nextLimit,
                measured,
                nextUsual,
                slow,
                target,
                nextGate,
                spared,
                evidence,
                trip(seen, evidence, slow, aged, agedFrom, tuning));
    }

    /** What is in force after the breaker opened: less may be in flight when it closes again. */
    Control opened(Tuning tuning) {
        return cleared(Math.max(tuning.limits().least(), limit * tuning.recovery().shrink()));
    }

    /** What is in force after it closed: what is usual is still known, the evidence is used up. */
    Control closed() {
        return cleared(limit);
    }

    private Control cleared(double limit) {
        return new Control(limit, latency, usual, slowNanos, targetNanos, Gate.OPEN, 0, 0, null);
    }

    /** tr, with the aged calls among those that were lost. */
    private static double lostShare(Observed seen, int aged, long answeredIn) {
        return share(Observed.from(seen.timedOut(), answeredIn) + aged, seen.ended() + aged);
    }

    private static @Nullable String trip(
            Observed seen, double evidence, long slow, int aged, long agedFrom, Tuning tuning) {
        var rule = tuning.trip();
        int successes = seen.successes();
        int bad = seen.failures() + Observed.from(seen.timedOut(), slow);
        if (evidence > rule.alarm() && successes < rule.successShare() * (successes + bad)) {
            return String.format(
                    Locale.ROOT,
                    "opened: %d of %d calls failed in the last %d ms (CUSUM %.1f > %.1f)",
                    bad,
                    successes + bad,
                    seen.slices() * millis(tuning.windows().sliceNanos()),
                    evidence,
                    rule.alarm());
        }
        if (aged >= rule.stuck() && seen.silentSlices() >= rule.silence()) {
            return String.format(
                    Locale.ROOT,
                    "opened: nothing was answered in the last %d ms while %d calls wait longer than %d ms",
                    seen.silentSlices() * millis(tuning.windows().sliceNanos()),
                    aged,
                    millis(agedFrom));
        }
        return null;
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
