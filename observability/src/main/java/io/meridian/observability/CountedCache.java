package io.meridian.observability;

/**
 * A cache of a service that counts what became of each look into it; a bean of this type is published as {@link CacheMeter}.
 *
 * <p>Each number only grows, and reading it costs next to nothing.
 */
public interface CountedCache {

    /** What it remembers, as one word in the plural. */
    String name();

    /** Looks that were answered. */
    long hits();

    /** Looks at something that it did not know. */
    long misses();

    /** Looks for which it could not be reached, or was left alone because of that. */
    long unreachable();
}
