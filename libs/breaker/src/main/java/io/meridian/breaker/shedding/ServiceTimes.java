package io.meridian.breaker.shedding;

/**
 * How long calls take, of late: the median per level, and the mean of what all spent in a place. Medians are kept as counts in buckets whose bounds grow by a quarter, so that a
 * median is never more than a quarter too high; old calls lose half of their weight with every {@value #REMEMBERED} new ones.
 */
final class ServiceTimes {

    private static final int BUCKETS = 64;
    private static final int REMEMBERED = 256;
    private static final int REFRESH = 8;

    /** The last bucket begins at a minute. */
    private static final double FIRST_NANOS = 50_000;

    private static final double LOG_GROWTH = Math.log(1.25);

    private final int[][] counts = new int[Priority.values().length][BUCKETS];
    private final int[] totals = new int[Priority.values().length];
    private final int[] sinceRefresh = new int[Priority.values().length];
    private final long[] medians = new long[Priority.values().length];
    private double sumNanos;
    private double number;

    /** The median of a level's calls in nanoseconds, the mean of all in a place while none of its is known; 0 while none at all is. */
    long median(Priority level) {
        return totals[level.ordinal()] == 0 ? (long) meanHere() : medians[level.ordinal()];
    }

    /** The mean of what all calls spent in a place, in nanoseconds; 0 while none is known. */
    double meanHere() {
        return number == 0 ? 0 : sumNanos / number;
    }

    /** @param hereNanos the part of it in which it waited for nobody else */
    void add(Priority level, long nanos, long hereNanos) {
        sumNanos += hereNanos;
        number++;
        if (number > REMEMBERED) {
            sumNanos /= 2;
            number /= 2;
        }
        var i = level.ordinal();
        counts[i][bucket(nanos)]++;
        totals[i]++;
        if (totals[i] > REMEMBERED) {
            halve(i);
        }
        if (totals[i] <= REFRESH || ++sinceRefresh[i] >= REFRESH) {
            sinceRefresh[i] = 0;
            medians[i] = medianOf(i);
        }
    }

    private void halve(int level) {
        var total = 0;
        for (var bucket = 0; bucket < BUCKETS; bucket++) {
            counts[level][bucket] /= 2;
            total += counts[level][bucket];
        }
        totals[level] = total;
    }

    private long medianOf(int level) {
        var below = 0;
        for (var bucket = 0; bucket < BUCKETS; bucket++) {
            below += counts[level][bucket];
            if (2 * below >= totals[level]) {
                return (long) (FIRST_NANOS * Math.exp((bucket + 0.5) * LOG_GROWTH));
            }
        }
        return 0;
    }

    private static int bucket(long nanos) {
        return nanos <= FIRST_NANOS
                ? 0
                : (int) Math.min(BUCKETS - 1, Math.log(nanos / FIRST_NANOS) / LOG_GROWTH);
    }
}
