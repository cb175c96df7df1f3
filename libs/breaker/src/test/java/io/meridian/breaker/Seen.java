package io.meridian.breaker;

import java.util.concurrent.TimeUnit;

/** What a controller looks at, put together by hand. All of it is new since the last step. */
final class Seen {

    private final int[] succeeded = new int[Buckets.COUNT];
    private final int[] failed = new int[Buckets.COUNT];
    private final int[] timedOut = new int[Buckets.COUNT];
    private final int[] inFlight = new int[Buckets.COUNT];
    private int silentSlices;
    private int peak;
    private int limited;
    private long medianBudget;

    static Seen nothing() {
        return new Seen();
    }

    Seen succeeded(int calls, long millis) {
        succeeded[bucket(millis)] += calls;
        return this;
    }

    Seen failed(int calls, long millis) {
        failed[bucket(millis)] += calls;
        return this;
    }

    Seen timedOut(int calls, long millis) {
        timedOut[bucket(millis)] += calls;
        return this;
    }

    Seen inFlight(int calls, long millis) {
        inFlight[bucket(millis)] += calls;
        return this;
    }

    Seen silentSlices(int slices) {
        silentSlices = slices;
        return this;
    }

    Seen peak(int calls) {
        peak = calls;
        return this;
    }

    Seen limited(int calls) {
        limited = calls;
        return this;
    }

    Seen medianBudget(long millis) {
        medianBudget = TimeUnit.MILLISECONDS.toNanos(millis);
        return this;
    }

    Observed observed() {
        return new Observed(
                succeeded,
                failed,
                timedOut,
                inFlight,
                Observed.sum(succeeded),
                Observed.sum(failed),
                timedOut,
                new Observed.Silence(silentSlices, silentSlices == 0 ? new int[Buckets.COUNT] : timedOut),
                peak,
                limited,
                1,
                new Observed.Judged(Observed.sum(succeeded), Observed.sum(failed), timedOut, 4),
                medianBudget);
    }

    private static int bucket(long millis) {
        return Buckets.of(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
