package io.meridian.deadline.jdbc;

import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/**
 * A statement that may have to be cancelled on the server while it runs.
 *
 * <p>PostgreSQL cancels whatever a connection is doing when the request arrives: one that comes before the statement has reached the
 * server is lost, one that comes after it would meet the next. So requests are repeated until the statement has ended, and
 * {@link #ended()} returns only when none is under way; PostgreSQL closes the request's socket after it has signalled the process,
 * and a process that waits for its client drops the signal. A request that the server left open for long may still arrive later: that
 * connection is closed.
 */
final class Running implements DeadlineScope.Hook {

    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long LONGEST_PAUSE_MILLIS = 100;
    private static final long UNCERTAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PGConnection server;
    private final long patienceMillis;

    /** Guarded by this, as are all requests to cancel. */
    private boolean ended;

    private boolean uncertain;

    /** @param patienceMillis how long after the deadline the server is left to end the statement by itself; 0 if it does not know of it */
    Running(PGConnection server, long patienceMillis) {
        this.server = server;
        this.patienceMillis = patienceMillis;
    }

    /** Must not block, and a cancel request is a connection of its own. */
    @Override
    public void ended(Ending ending) {
        var patience = ending == Ending.EXPIRED ? patienceMillis : 0;
        Thread.ofVirtual().name("deadline-cancel").start(() -> cancel(patience));
    }

    /**
     * To be called by the thread that executed the statement, before it does anything else with the connection.
     *
     * @return whether a cancel may still arrive, so that the connection is of no more use
     */
    synchronized boolean ended() {
        ended = true;
        notifyAll();
        return uncertain;
    }

    private synchronized void cancel(long patience) {
        try {
            if (patience > 0 && !ended) {
                wait(patience);
            }
            for (var pause = FIRST_PAUSE_MILLIS; !ended; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
                var start = System.nanoTime();
                server.cancelQuery();
                uncertain |= System.nanoTime() - start > UNCERTAIN_NANOS;
                wait(pause);
            }
        } catch (SQLException _) {
            // the connection is closed, so nothing runs on it
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody does that to a thread of ours
        }
    }
}
