package io.meridian.breaker.shedding;

/**
 * What goes on at a door, all of one moment.
 *
 * @param limit how many calls may work at once
 * @param working how many do; more than the limit while calls that had stepped out have come back together
 * @param waiting how many wait
 * @param overloaded whether a queue has stood longer than its interval
 * @param admitted how many of the {@value Threshold#RANKS} ranks, a group of users in a level each, are let in while all places are
 *     taken; all of them unless an overload has lasted
 */
public record Load(int limit, int working, int waiting, boolean overloaded, int admitted) {

    /** {@link #admitted()} as a share of all, from a quarter to 1. */
    public double admittedShare() {
        return (double) admitted / Threshold.RANKS;
    }
}
