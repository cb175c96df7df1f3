package io.meridian.benchmarks.breaker.sim;

/** Calls by the quarter of a second in which they came. */
final class Series {

    static final double STEP_SECONDS = 0.25;
    static final int STEPS = (int) (Scenario.END / STEP_SECONDS);
    private static final int A_SECOND = (int) (1 / STEP_SECONDS);

    final int[] offered = new int[STEPS];
    final int[] made = new int[STEPS];
    final int[] good = new int[STEPS];
    /** Made, and the deadline passed. */
    final int[] late = new int[STEPS];

    static int step(long nanos) {
        return (int) ((nanos - VirtualTime.START) / (long) (1e9 * STEP_SECONDS));
    }

    void add(Series other) {
        for (var step = 0; step < STEPS; step++) {
            offered[step] += other.offered[step];
            made[step] += other.made[step];
            good[step] += other.good[step];
            late[step] += other.late[step];
        }
    }

    static double sum(int[] counts, double from, double to) {
        var sum = 0L;
        for (var step = (int) (from / STEP_SECONDS); step < (int) (to / STEP_SECONDS); step++) {
            sum += counts[step];
        }
        return sum;
    }

    /** NaN if nothing was offered. */
    double goodput(double from, double to) {
        return sum(good, from, to) / sum(offered, from, to);
    }

    double shedSeconds() {
        for (var step = (int) (Scenario.FAULT / STEP_SECONDS); step + 2 * A_SECOND <= Scenario.HEAL / STEP_SECONDS; step++) {
            if (isShed(step) && isShed(step + A_SECOND)) {
                return step * STEP_SECONDS - Scenario.FAULT;
            }
        }
        return Scenario.HEAL - Scenario.FAULT;
    }

    /** From a time until three seconds with at least 95 % goodput each. */
    double recoverSeconds(double from) {
        for (var step = (int) (from / STEP_SECONDS); step + 3 * A_SECOND <= STEPS; step++) {
            if (isWell(step) && isWell(step + A_SECOND) && isWell(step + 2 * A_SECOND)) {
                return step * STEP_SECONDS - from;
            }
        }
        return Scenario.END - from;
    }

    private boolean isShed(int step) {
        var calls = second(made, step);
        return second(late, step) <= 0.2 * calls || calls <= 0.1 * second(offered, step);
    }

    private boolean isWell(int step) {
        return second(good, step) >= 0.95 * second(offered, step);
    }

    private static int second(int[] counts, int step) {
        var sum = 0;
        for (var at = step; at < step + A_SECOND; at++) {
            sum += counts[at];
        }
        return sum;
    }
}
