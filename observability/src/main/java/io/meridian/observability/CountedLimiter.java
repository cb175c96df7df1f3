package io.meridian.observability;

/**
 * A limiter of a service that counts what it decided; a bean of this type is published as {@link LimiterMeter}.
 *
 * <p>The numbers only grow, and reading them costs next to nothing.
 */
public interface CountedLimiter {

    /** What it limits, as one word in the plural. */
    String name();

    /** What it decided by the count that all instances share. */
    Decisions together();

    /** What it decided by the count of this instance alone. */
    Decisions alone();

    /** Whether this instance counts alone at the moment, because the shared count is not to be had in time. */
    boolean isAlone();

    /** How often it was asked, by what it said. */
    record Decisions(long admitted, long refused) {}
}
