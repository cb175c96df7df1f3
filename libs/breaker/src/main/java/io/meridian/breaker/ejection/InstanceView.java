package io.meridian.breaker.ejection;

import java.time.Duration;

/**
 * One instance at a moment, for people and consoles.
 *
 * @param instance its address
 * @param out whether it is left alone
 * @param why a sentence why it is, empty if it is not
 * @param ejections how often that has happened
 * @param inFlight requests that wait for it
 * @param successShare of the last ten seconds, in [0, 1]; 1 if there were none
 * @param calls of the last ten seconds
 * @param latency the mean of the latest, zero if there were none
 */
public record InstanceView(
        String instance,
        boolean out,
        String why,
        long ejections,
        int inFlight,
        double successShare,
        long calls,
        Duration latency) {}
