package io.meridian.breaker.shedding;

import org.jspecify.annotations.Nullable;

/**
 * Those of one level who wait, and whether they stand there for too long: CoDel's estimator (Nichols &amp; Jacobson, RFC 8289, section
 * 4.1), which looks at the wait and not at the length. A line <em>stands</em> when whoever is oldest in it has been at least
 * {@code target} old for a whole {@code interval}; a burst, which drains sooner, does not.
 *
 * <p>What follows is not CoDel's: it drops one packet after an ever shorter while, because a sender hears of each and slows down.
 * Callers are many and hear nothing. So a line that stands gives up everybody who has waited longer than the target and serves the newest
 * first, until it is empty (Maurer, <cite>Fail at Scale</cite>, ACM Queue 13(8), 2015).
 */
final class Line {

    private final long leastTargetNanos;
    private final long leastIntervalNanos;

    /**
     * No less than a call takes, as RFC 8289 (4.3) wants no less than the time one packet takes; something longer before the first call
     * has ended.
     */
    private long targetNanos;

    private @Nullable Ticket oldest;
    private @Nullable Ticket newest;
    private int size;
    private boolean above;
    private long aboveSinceNanos;
    private boolean stands;

    /** @param firstTargetNanos while nobody knows how long calls take */
    Line(long targetNanos, long intervalNanos, long firstTargetNanos) {
        this.leastTargetNanos = targetNanos;
        this.leastIntervalNanos = intervalNanos;
        this.targetNanos = firstTargetNanos;
    }

    int size() {
        return size;
    }

    boolean stands() {
        return stands;
    }

    void callsTake(long medianNanos) {
        targetNanos = Math.max(leastTargetNanos, medianNanos);
    }

    void add(Ticket ticket, long now) {
        ticket.older = newest;
        if (newest == null) {
            oldest = ticket;
        } else {
            newest.newer = ticket;
        }
        newest = ticket;
        size++;
        look(now);
    }

    void remove(Ticket ticket, long now) {
        if (ticket.older == null) {
            oldest = ticket.newer;
        } else {
            ticket.older.newer = ticket.newer;
        }
        if (ticket.newer == null) {
            newest = ticket.older;
        } else {
            ticket.newer.older = ticket.older;
        }
        ticket.older = null;
        ticket.newer = null;
        size--;
        look(now);
    }

    /** Who would begin next; null if nobody waits. */
    @Nullable Ticket next() {
        return stands ? newest : oldest;
    }

    @Nullable Ticket oldest() {
        return oldest;
    }

    /** Who has waited for too long; null if nobody has. */
    @Nullable Ticket stale(long now) {
        look(now);
        return stands && oldest != null && oldest.ageNanos(now) > targetNanos ? oldest : null;
    }

    /** After how long the ticket, which waits here, may be {@linkplain #stale stale} by the passing of time alone. */
    long staleInNanos(Ticket ticket, long now) {
        var itself = targetNanos - ticket.ageNanos(now);
        if (stands || oldest == null) {
            return itself;
        }
        var since = above ? aboveSinceNanos : oldest.arrivedNanos + targetNanos;
        return Math.max(itself, since + intervalNanos() - now);
    }

    private void look(long now) {
        if (oldest == null) {
            above = false;
            stands = false;
        } else if (oldest.ageNanos(now) < targetNanos) {
            above = false;
        } else {
            if (!above) {
                above = true;
                aboveSinceNanos = oldest.arrivedNanos + targetNanos;
            }
            stands |= now - aboveSinceNanos >= intervalNanos();
        }
    }

    /** RFC 8289 (4.4) wants the target to be a small part of the interval. */
    private long intervalNanos() {
        return Math.max(leastIntervalNanos, 4 * targetNanos);
    }
}
