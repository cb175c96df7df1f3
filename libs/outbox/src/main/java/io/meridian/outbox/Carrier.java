package io.meridian.outbox;

/**
 * Carries what a thread knows of a record (its trace) from the thread that polled it to the one that works on it. A bean of this type
 * is optional; without one nothing is carried.
 */
@FunctionalInterface
public interface Carrier {

    /** What this thread knows now. */
    Load load();

    /** What is carried for one record. */
    interface Load {

        /**
         * Runs {@code work} with it, on this thread.
         *
         * @param attempt 1, and one more with each repetition
         */
        void with(int attempt, Runnable work);

        /** The record is given back; {@link #with} will not be called any more, and may never have been. */
        default void abandon() {}
    }
}
