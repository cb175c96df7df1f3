package io.meridian.snapshot;

/**
 * The parts of a change's way, one after the other: their sum is the time from its commit until it can be read here. The first two
 * lie between clocks of different machines, which count as the same; where they are not, the one gains what the other loses.
 */
public enum Stage {
    /** From the commit until the source says it. */
    SENT,
    /** From there until this process has it. */
    RECEIVED,
    /** From there until readers see it. */
    APPLIED
}
