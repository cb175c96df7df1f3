package io.meridian.breaker;

/**
 * What the controller looks at, once each step. Rows are counts by {@link Buckets}.
 *
 * @param succeeded answers in the window, by how long they took
 * @param failed failures in the window, by how long they took
 * @param timedOut calls in the window that ran out of time, by how much they had
 * @param inFlight calls in flight, by how long they last so far
 * @param newlySucceeded how many succeeded since the last step
 * @param newlyFailed how many failed since then
 * @param newlyTimedOut how many ran out of time since then, by how much they had
 * @param silence since when there is no answer
 * @param peak the most that were in flight at once in the window
 * @param limited how many calls the limit refused in the window
 * @param slices how many slices the window has
 * @param judged what decides whether it is down
 * @param medianBudgetNanos D50, the median of the remaining times of the last calls; 0 if nobody says theirs
 */
record Observed(
        int[] succeeded,
        int[] failed,
        int[] timedOut,
        int[] inFlight,
        int newlySucceeded,
        int newlyFailed,
        int[] newlyTimedOut,
        Silence silence,
        int peak,
        int limited,
        int slices,
        Judged judged,
        long medianBudgetNanos) {

    /**
     * A longer look.
     *
     * @param succeeded how many succeeded
     * @param failed how many failed
     * @param timedOut how many ran out of time, by how much they had
     * @param slices over how many slices
     */
    record Judged(int succeeded, int failed, int[] timedOut, int slices) {}

    /**
     * The last slices, if none of them saw a success.
     *
     * @param slices how many they are, the one that just ended included
     * @param timedOut what ran out of time in them, by how much it had
     */
    record Silence(int slices, int[] timedOut) {}

    int successes() {
        return sum(succeeded);
    }

    int failures() {
        return sum(failed);
    }

    /** How many calls ended in the window. */
    int ended() {
        return sum(succeeded) + sum(failed) + sum(timedOut);
    }

    /** How many calls of the row had or took at least this long, by the beginnings of their buckets. */
    static int from(int[] row, long nanos) {
        int sum = 0;
        for (int bucket = Buckets.COUNT - 1; bucket >= 0 && Buckets.lowerNanos(bucket) >= nanos; bucket--) {
            sum += row[bucket];
        }
        return sum;
    }

    static int sum(int[] row) {
        int sum = 0;
        for (int count : row) {
            sum += count;
        }
        return sum;
    }
}
