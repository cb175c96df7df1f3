package io.meridian.inventory.watching;

import io.meridian.inventory.model.Product;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that happens to the stock, in the order of the commits. Each commit has a position, which is the same for whoever reads, and
 * grows.
 */
public interface StockLog {

    /**
     * Begins to read with what is committed from now on.
     *
     * @throws LogAway if it cannot be read at the moment
     */
    Reading open() throws LogAway;

    /** The log from one moment on; for one thread. After a {@link LogAway} it is of no more use. */
    interface Reading extends AutoCloseable {

        /** Which log it is; positions of different ones have nothing to do with one another. */
        String id();

        /** From here on {@link #next} tells everything. */
        long start();

        /** Everything, as it is at the start or later; may be asked again. */
        List<Product> all() throws LogAway;

        /** A position that has everything before it which {@link #all}, asked before, may have shown. */
        long end() throws LogAway;

        /** The next commit that changed the stock; null if there is none yet. Does not wait for one. */
        @Nullable Commit next() throws LogAway;

        /** Up to here everything has been told. */
        long told();

        /** How far the log has been written by now. */
        long written() throws LogAway;

        @Override
        void close();
    }

    /**
     * What one transaction changed.
     *
     * @param at the clock of the database
     * @param catalogue whether products were added or taken away, which {@link Reading#all} then tells
     */
    record Commit(long position, Instant at, List<Product> changed, boolean catalogue) {

        public Commit {
            changed = List.copyOf(changed);
        }
    }

    /** The log cannot be read. */
    final class LogAway extends Exception {

        private static final long serialVersionUID = 1L;

        public LogAway(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
