package io.meridian.outbox.hearing;

import io.meridian.outbox.hearing.InFlightLimit.Sight;
import java.time.Duration;

/**
 * Keeps an {@link InFlightLimit} up to date: gathers latencies, and takes a step whenever one is due. It never blocks and starts nothing;
 * who asks it tells it the time. Not safe for use by several threads.
 */
final class InFlightControl {

    private static final double SHARE = 0.95;

    private final InFlightSettings settings;
    private final LatencyWindow window = new LatencyWindow(InFlightSettings.STEPS);
    private final int[] peaks = new int[InFlightSettings.STEPS];
    private final long stepNanos;
    private InFlightLimit limit;
    private long steppedAt;
    private int step;

    InFlightControl(InFlightSettings settings, long nanoTime) {
        this.settings = settings;
        this.stepNanos = settings.step().toNanos();
        this.limit = InFlightLimit.first(settings);
        this.steppedAt = nanoTime;
    }

    int permits() {
        return limit.permits();
    }

    void began(int running) {
        peaks[step] = Math.max(peaks[step], running);
    }

    void ended(Duration took) {
        window.add(took);
    }

    boolean isDue(long nanoTime) {
        return nanoTime - steppedAt >= stepNanos;
    }

    /**
     * Takes a step.
     *
     * @param running records under way
     * @param overdue how many of them are slow already
     * @param stuck how many of them have taken longer than a window
     * @param oldest how long the oldest of them has taken
     */
    void step(long nanoTime, int running, int overdue, int stuck, Duration oldest, long backlog) {
        int peak = running;
        for (int records : peaks) {
            peak = Math.max(peak, records);
        }
        var seen = new Sight(window.count(), window.percentile(SHARE, overdue, oldest), backlog, peak, stuck);
        var before = limit;
        limit = limit.after(seen, settings);
        if (limit.permits() < before.permits()) {
            window.clear(); // what was seen with twice the permits says nothing about these
        }
        steppedAt = nanoTime;
        step = (step + 1) % peaks.length;
        peaks[step] = running;
        window.advance();
    }
}
