package io.meridian.breaker;

import java.util.concurrent.TimeUnit;

/**
 * Every constant of the mathematics in one place, so that a simulation can vary them. A service has no reason to: the breaker is meant
 * to adapt with these, and they were chosen by simulation over dependencies and deadlines of very different scales.
 *
 * @param windows what is looked at
 * @param slowness when an answer is slow, and what latency is aimed at
 * @param limits how many calls may be in flight
 * @param gate which calls are not worth making
 * @param throttling how much a failing dependency is spared
 * @param trip when it counts as down
 * @param recovery how it is tried again
 * @param parts which parts are at work; all of them, except to learn what each is good for
 */
public record Tuning(
        Windows windows,
        Slowness slowness,
        Limits limits,
        Gating gate,
        Throttling throttling,
        Tripping trip,
        Recovery recovery,
        Parts parts) {

    public static final Tuning USUAL = new Tuning(
            Windows.USUAL,
            Slowness.USUAL,
            Limits.USUAL,
            Gating.USUAL,
            Throttling.USUAL,
            Tripping.USUAL,
            Recovery.USUAL,
            Parts.ALL);

    /**
     * What is looked at.
     *
     * @param sliceNanos the step of the controller
     * @param kept how many slices are kept. The limit and the gate look at the last one, and at as many more since the limit was decided
     *     on as hold {@code samples} calls: no call counts for two decisions
     * @param samples how many calls a decision needs
     * @param judged so many slices, and as many more as hold {@code judgedCalls} calls, say whether it is down and how much it is spared
     * @param judgedCalls see there
     */
    public record Windows(long sliceNanos, int kept, int samples, int judged, int judgedCalls) {
        public static final Windows USUAL = new Windows(millis(250), 24, 2, 4, 8);

        public Windows {
            require(sliceNanos > 0, "sliceNanos must be more than 0", sliceNanos);
            require(judged >= 1 && judged <= kept, "judged must be 1 to kept", judged);
            require(samples >= 1, "samples must be at least 1", samples);
        }
    }

    /**
     * When an answer is slow: theta = clamp(max(p50Factor b50, p95Factor b95), least, most). What is aimed at: T* = max(targetFactor
     * b50, budgetShare D50), where D50 is the median of the budgets, or twice theta if nobody says theirs. b50 and b95 are the usual
     * quantiles: they follow downwards by {@code down} and upwards by {@code up} each slice, and upwards only in good times.
     *
     * <p>A dependency that became slower than T* by itself does not become faster by being asked less. With U, how many calls are usually
     * in flight, which it served well: while the limit is at most {@code unavoidableWithin} U, T* is at least min(unavoidableFactor r, D50),
     * where r is the least median of the last {@code unavoidableSteps} to twice as many decisions; and below {@code restful} U a median
     * within D50 is no reason to shrink.
     */
    public record Slowness(
            double p50Factor,
            double p95Factor,
            long leastNanos,
            long mostNanos,
            double targetFactor,
            double budgetShare,
            double down,
            double up,
            double unavoidableFactor,
            int unavoidableSteps,
            double unavoidableWithin,
            double restful) {
        public static final Slowness USUAL =
                new Slowness(4, 2, millis(20), millis(1000), 1.6, .5, .25, .02, 1.5, 10, 3, 1.5);
    }

    /**
     * How many calls may be in flight.
     *
     * @param initial the limit before anything is known: more than most clients need, because refusing them would be by guess
     * @param least it never goes below; less than 1 means pauses between calls
     * @param most it never goes above
     * @param agedNeeded so many aged calls in flight are enough to judge by, however few calls ended
     * @param timedOutShare more than this share of time-outs and aged calls cuts the limit by {@code cut}
     * @param doubt so many standard deviations of chance are allowed for in that share
     * @param steepest the limit shrinks by the ratio of target to median, but not below this share of itself at once
     * @param busyShare it grows only if so much of it was used
     * @param fastest it grows by its root, but by no more than this share of itself at once
     * @param headroomFactor and not beyond {@code headroomFactor} times what was used and {@code headroom} more
     * @param fade what lies beyond that fades by this factor each time: the less unused limit there is when it becomes too much, the less
     *     has to be taken back
     * @param longestPauseNanos the longest pause between calls
     */
    public record Limits(
            int initial,
            double least,
            int most,
            int agedNeeded,
            double timedOutShare,
            double cut,
            double doubt,
            double steepest,
            double busyShare,
            double fastest,
            double headroomFactor,
            int headroom,
            double fade,
            long longestPauseNanos) {
        private static final double A_TWENTIETH = .05;

        public static final Limits USUAL = new Limits(
                100, A_TWENTIETH, 10_000, 5, .1, .75, 1.5, .85, .5, .25, 4, 5, .95, TimeUnit.SECONDS.toNanos(2));

        public Limits {
            require(least > 0 && least <= most, "least must be more than 0 and at most most", least);
            require(initial >= least && initial <= most, "initial must be least to most", initial);
        }

        /** @param least 0 for pauses between calls where even one at a time is too much */
        public Limits between(int least, int most) {
            require(least >= 0 && least <= most, "least must be 0 to most", least);
            return new Limits(
                    Math.clamp(initial, least, most),
                    least == 0 ? A_TWENTIETH : least,
                    most,
                    agedNeeded,
                    timedOutShare,
                    cut,
                    doubt,
                    steepest,
                    busyShare,
                    fastest,
                    headroomFactor,
                    headroom,
                    fade,
                    longestPauseNanos);
        }
    }

    /**
     * Which calls are not worth making.
     *
     * @param busy a call is refused if its chance to be answered in time is less than this, while the dependency is behind
     * @param calm the same while it is not
     * @param doubt divided by the root of the number of calls, it is taken off both: few calls say little about a chance
     * @param exploreEveryNanos while no call is in flight, one in this time is made all the same, to learn whether it has become faster
     */
    public record Gating(double busy, double calm, double doubt, long exploreEveryNanos) {
        public static final Gating USUAL = new Gating(.5, .1, .3, millis(200));
    }

    /**
     * How much a failing dependency is spared: {@code (A - factor (S + doubt sqrt(A))) / (A + 1)} of the calls, at most {@code most}.
     *
     * @param factor K in the book on site reliability engineering, chapter 21, "client-side throttling"
     * @param doubt twice the standard deviations of chance that are allowed for
     */
    public record Throttling(double factor, double doubt, double most) {
        public static final Throttling USUAL = new Throttling(2, 1, .9);
    }

    /**
     * When it counts as down.
     *
     * @param alarm the evidence that is needed: 13.8 = ln 10^6, a false alarm in about a million
     * @param failing the share of failures of a dependency that is down
     * @param leastUsual the least share of failures that counts as usual
     * @param mostUsual the most
     * @param successShare no more than this share of calls succeeded in the window
     * @param stuck so many aged calls, in flight or out of time since, and no success for {@code silence} slices mean that it does not
     *     answer at all
     * @param agedFactor a call in flight is aged if it waits longer than this times the median, and than theta
     */
    public record Tripping(
            double alarm,
            double failing,
            double leastUsual,
            double mostUsual,
            double successShare,
            int stuck,
            int silence,
            double agedFactor) {
        public static final Tripping USUAL = new Tripping(13.8, .8, .005, .05, .05, 8, 3, 1.5);
    }

    /**
     * How it is tried again.
     *
     * @param firstNanos the first wait; each is twice the one before, times a random factor of .5 to 1.5
     * @param mostNanos the longest wait before that factor
     * @param probes so many may be under way at once: one, because a hundred clients that send three each are an overload of their own
     * @param good so many that succeed close the breaker
     * @param bad so many that fail open it again
     * @param patienceNanos how long the answers to the probes may take, or
     * @param patienceFactor this times theta if that is longer
     * @param shrink what is left of the limit when the breaker opens because calls hang, but not less than is usually in flight; refusals
     *     at once are no reason for a lower limit
     */
    public record Recovery(
            long firstNanos,
            long mostNanos,
            int probes,
            int good,
            int bad,
            long patienceNanos,
            double patienceFactor,
            double shrink) {
        public static final Recovery USUAL = new Recovery(millis(250), millis(700), 1, 2, 1, millis(500), 4, .25);

        public Recovery {
            require(probes >= 1, "probes must be at least 1", probes);
            require(good >= 1, "good must be at least 1", good);
            require(bad >= 1, "bad must be at least 1", bad);
        }
    }

    /** Which parts are at work. */
    public record Parts(boolean limiter, boolean gate, boolean throttle, boolean inFlight) {
        public static final Parts ALL = new Parts(true, true, true, true);
    }

    public Tuning with(Windows other) {
        return new Tuning(other, slowness, limits, gate, throttling, trip, recovery, parts);
    }

    public Tuning with(Slowness other) {
        return new Tuning(windows, other, limits, gate, throttling, trip, recovery, parts);
    }

    public Tuning with(Limits other) {
        return new Tuning(windows, slowness, other, gate, throttling, trip, recovery, parts);
    }

    public Tuning with(Gating other) {
        return new Tuning(windows, slowness, limits, other, throttling, trip, recovery, parts);
    }

    public Tuning with(Throttling other) {
        return new Tuning(windows, slowness, limits, gate, other, trip, recovery, parts);
    }

    public Tuning with(Tripping other) {
        return new Tuning(windows, slowness, limits, gate, throttling, other, recovery, parts);
    }

    public Tuning with(Recovery other) {
        return new Tuning(windows, slowness, limits, gate, throttling, trip, other, parts);
    }

    public Tuning with(Parts other) {
        return new Tuning(windows, slowness, limits, gate, throttling, trip, recovery, other);
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static void require(boolean holds, String what, double was) {
        if (!holds) {
            throw new IllegalArgumentException(
                    what + ", was " + (was == Math.rint(was) ? Long.toString((long) was) : Double.toString(was)));
        }
    }
}
