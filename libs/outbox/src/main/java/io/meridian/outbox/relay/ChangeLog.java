package io.meridian.outbox.relay;

import org.jspecify.annotations.Nullable;

/**
 * The committed events of one service, transaction by transaction, in the order in which they were committed.
 *
 * <p>The log itself remembers the confirmed position: opening it again continues there, so events that were read but not confirmed
 * come again.
 */
public interface ChangeLog {

    /** The name under which the log remembers the confirmed position. */
    String slot();

    /**
     * Starts reading after the confirmed position.
     *
     * @throws SlotInUseException if another instance is reading
     */
    Reading open() throws Exception;

    /** One uninterrupted reading; of one thread. */
    interface Reading extends AutoCloseable {

        /** The next change, or null if there is none at the moment. Waits a millisecond or so at most. */
        @Nullable Change poll() throws Exception;

        /** Remembers that everything up to {@code position} has been published. Takes effect soon, not necessarily at once. */
        void confirm(long position) throws Exception;

        /**
         * The position up to which everything has been polled, including transactions of no interest; to be confirmed by a reader
         * that has nothing outstanding, so that an idle service does not hold back the log.
         */
        long read();

        /** Shows the log that this reader is alive; for a reader that cannot poll just now. */
        void keepAlive() throws Exception;

        /**
         * Asks the log, on a way of its own, whether this reading still is the one it admits; for a reader that was silent for so long
         * that another one may have taken over.
         *
         * @throws Exception if it is not, or if that could not be found out
         */
        void requireHeld() throws Exception;

        /** Makes what was confirmed take effect, and ends the reading in order. */
        void end() throws Exception;

        /** Ends the reading at once, in whatever state it is. */
        @Override
        void close();
    }
}
