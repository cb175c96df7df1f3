package io.meridian.outbox.hearing;

import java.time.Duration;

/**
 * How many records may be worked on at once: additive increase, multiplicative decrease, as in TCP's congestion avoidance (RFC 5681,
 * section 3.1) and Netflix concurrency-limits' {@code AIMDLimit}, with "slow and behind" as the sign of congestion. Being slow alone is none: with
 * nothing waiting, fewer at once would gain nobody anything.
 *
 * @param permits records at once
 * @param good windows in a row that were not slow
 * @param rest steps for which it is not halved again, so that one bad window halves once
 */
record InFlightLimit(int permits, int good, int rest) {

    static InFlightLimit first(InFlightSettings settings) {
        return new InFlightLimit(settings.initial(), 0, 0);
    }

    /**
     * What was seen during the window that ends now.
     *
     * @param finished records that ended in it
     * @param p95 of their latencies, records under way that are slow already included
     * @param backlog records not committed
     * @param peak most records at once
     * @param stuck records under way that have taken longer than the window
     */
    record Sight(int finished, Duration p95, long backlog, int peak, int stuck) {}

    InFlightLimit after(Sight seen, InFlightSettings settings) {
        int resting = Math.max(0, rest - 1);
        if (seen.p95().compareTo(settings.slow()) > 0) {
            return seen.backlog() >= settings.backlog() && rest == 0
                    ? new InFlightLimit(halved(seen.stuck(), settings), 0, InFlightSettings.STEPS)
                    : new InFlightLimit(permits, 0, resting);
        }
        // Good windows in which the permits were not used say nothing about having more of them.
        boolean isEvidence = seen.finished() > 0 && seen.peak() * 2 >= permits;
        int more = good + 1 >= settings.goodWindows() && isEvidence ? Math.max(1, (int) (permits * settings.growth())) : 0;
        return new InFlightLimit(Math.min(settings.most(), permits + more), good + 1, resting);
    }

    /** Never so few that what is stuck has them all: the others would wait for it for ever. */
    private int halved(int stuck, InFlightSettings settings) {
        int needed = Math.min(permits, stuck + 1);
        return Math.max(settings.least(), Math.max(needed, permits / 2));
    }
}
