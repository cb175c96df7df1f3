package io.meridian.breaker;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the controller decided in one step, and what it decides the next one from.
 *
 * @param limit L; whole calls are {@code floor(limit)}
 * @param latency what is known of late
 * @param usual what is known of good times
 * @param slowNanos theta
 * @param targetNanos T*; 0 before anything is known
 * @param gate the bits of {@link Gate}
 * @param throttle the share of calls to spare it
 * @param cusum S
 * @param pauseNanos at least so long from one call to the next; 0 unless the limit is less than 1
 * @param unavoidable r
 * @param decided there were calls enough to decide on the limit
 * @param hangs what goes wrong hangs, rather than fails at once
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
        long pauseNanos,
        Unavoidable unavoidable,
        boolean decided,
        boolean hangs,
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
                0,
                Unavoidable.UNKNOWN,
                true,
                false,
                null);
    }

    /** One step: from what was decided last and what was seen since, to what holds until the next. */
    Control next(Observed seen, Tuning tuning) {
        var measured = Latency.of(seen);
        int ended = seen.ended();
        long p50 = measured.isKnown()
                ? measured.quantileNanos(.5)
                : Math.max(usual.p50Nanos(), measured.longestNanos());
        // a median that half of the calls have not reached yet says only that they hang: then the usual one is the measure
        long answeredIn = Math.round(tuning.trip().agedFactor() * (measured.reaches(.5) ? p50 : usual.p50Nanos()));
        long agedFrom = Math.max(slowNanos, answeredIn);
        int aged = tuning.parts().inFlight() ? Observed.from(seen.inFlight(), agedFrom) : 0;
        boolean enough = seen.ended() >= tuning.windows().samples() || aged >= tuning.limits().agedNeeded();

        double lost = lostShare(seen, aged, answeredIn, tuning.limits());
        double failed = share(seen.failures(), seen.failures() + seen.successes());
        boolean good = enough
                && lost <= tuning.limits().timedOutShare() / 2
                && failed <= tuning.trip().mostUsual()
                && seen.limited() == 0
                && (targetNanos == 0 || p50 <= targetNanos);
        double inFlight = (double) seen.successes() * p50 / (seen.slices() * tuning.windows().sliceNanos());
        var nextUsual = enough ? usual.next(measured, failed, inFlight, good, tuning) : usual;
        var nextUnavoidable = enough ? unavoidable.and(p50, tuning.slowness().unavoidableSteps()) : unavoidable;
        long slow = nextUsual.slowNanos(tuning);
        boolean few = limit <= tuning.slowness().unavoidableWithin() * nextUsual.inFlight();
        long target = nextUsual.targetNanos(seen.medianBudgetNanos(), few ? nextUnavoidable.nanos() : 0, tuning);
        boolean rests =
                limit < tuning.slowness().restful() * nextUsual.inFlight() && p50 < seen.medianBudgetNanos();
        double gradient = target == 0 || p50 == 0 || rests ? Math.max(1, share(target, p50)) : share(target, p50);

        double nextLimit = limit;
        if (enough && tuning.parts().limiter()) {
            nextLimit = Limiter.next(limit, lost, gradient, seen.peak(), tuning.limits());
        }
        boolean behind = gradient < 1 || lost > tuning.limits().timedOutShare() || seen.limited() > 0;
        var judged = seen.judged();
        double spared = tuning.parts().throttle()
                ? Throttle.share(judged.failed() + judged.succeeded(), judged.succeeded(), tuning.throttling())
                : 0;
        int hanging = aged + Observed.from(judged.timedOut(), slow);
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
                enough && tuning.parts().gate() ? gate(measured, seen.ended(), behind, tuning.gate()) : Gate.OPEN,
                spared,
                evidence,
                Limiter.pauseNanos(nextLimit, p50, tuning.limits()),
                nextUnavoidable,
                enough,
                hanging > judged.failed(),
                trip(seen, evidence, slow, aged, agedFrom, tuning));
    }

    /** What is in force after the breaker opened: if calls hung, less may be in flight when it closes again. */
    Control opened(Tuning tuning) {
        double shrunk = Math.max(limit * tuning.recovery().shrink(), Math.min(limit, usual.inFlight()));
        return cleared(hangs ? Math.max(tuning.limits().least(), shrunk) : limit);
    }

    /** What is in force after it closed: what is usual is still known, the evidence is used up. */
    Control closed() {
        return cleared(limit);
    }

    private Control cleared(double limit) {
        return new Control(
                limit,
                latency,
                usual,
                slowNanos,
                targetNanos,
                Gate.OPEN,
                0,
                0,
                pauseNanos,
                Unavoidable.UNKNOWN,
                true,
                hangs,
                null);
    }

    /** tr, with the aged calls among those that were lost, less what may be chance. */
    private static double lostShare(Observed seen, int aged, long answeredIn, Tuning.Limits tuning) {
        int all = seen.ended() + aged;
        double chance = tuning.doubt() * Math.sqrt(tuning.timedOutShare() * all);
        return all == 0 ? 0 : Math.max(0, Observed.from(seen.timedOut(), answeredIn) + aged - chance) / all;
    }

    private static long gate(Latency latency, int calls, boolean behind, Tuning.Gating tuning) {
        double chance = tuning.doubt() / Math.sqrt(Math.max(1, calls));
        return Gate.below((behind ? tuning.busy() : tuning.calm()) - chance, latency);
    }

    private static @Nullable String trip(
            Observed seen, double evidence, long slow, int aged, long agedFrom, Tuning tuning) {
        var rule = tuning.trip();
        int successes = seen.judged().succeeded();
        int bad = seen.judged().failed() + Observed.from(seen.judged().timedOut(), slow);
        if (evidence > rule.alarm() && successes < rule.successShare() * (successes + bad)) {
            return String.format(
                    Locale.ROOT,
                    "opened: %d of %d calls failed in the last %d ms (CUSUM %.1f > %.1f)",
                    bad,
                    successes + bad,
                    seen.judged().slices() * millis(tuning.windows().sliceNanos()),
                    evidence,
                    rule.alarm());
        }
        int unanswered = aged + Observed.from(seen.silence().timedOut(), agedFrom);
        if (unanswered >= rule.stuck() && seen.silence().slices() >= rule.silence()) {
            return String.format(
                    Locale.ROOT,
                    "opened: nothing was answered in the last %d ms while %d calls waited longer than %d ms",
                    seen.silence().slices() * millis(tuning.windows().sliceNanos()),
                    unanswered,
                    millis(agedFrom));
        }
        return null;
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
