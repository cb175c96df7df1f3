package io.meridian.outbox;

/**
 * Runs what the outbox does for nobody in particular, such as pruning its tables. A bean of this type may run it inside whatever the
 * service wants around its background work; it must run {@code work} once, on the same thread, and let out what it throws.
 */
@FunctionalInterface
public interface Background {

    /** @param name what is done, a few words of a bounded set */
    void run(String name, Runnable work);
}
