package io.meridian.deadline.jdbc;

import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * What bounds the statements of one borrowed connection: knows which {@code statement_timeout} is in force on the server, and sees to
 * it that it is the one the current scope needs.
 *
 * <p>The timeout is only ever set for a transaction (for one statement's implicit transaction in autocommit mode), so the server takes
 * it back by itself, and a connection cannot return to its pool with one. It is never longer than the one the connection has of its
 * own. As a connection, it is used by one thread at a time.
 */
final class Bounds {

    /**
     * In front of a statement's text, in the same round trip; the timeout is its first parameter. Without a space at the end the
     * statement is parsed as it was written, and the positions in the server's errors are right.
     */
    static final String CARRIED_AS_PARAMETER = "SELECT pg_catalog.set_config('statement_timeout', ?, true);";

    private static final int NONE = 0;
    private static final int UNKNOWN = -1;

    private final Connection connection;

    /** Null if it is another database's; then statements are refused and shielded, but not bounded. */
    private final @Nullable PGConnection server;

    private final Leg leg;

    /** What the server was told for the transaction, {@link #NONE} if nothing, {@link #UNKNOWN} if something may have undone it. */
    private int toldMillis = NONE;

    /** Whether a commit would make anything last. */
    private boolean uncommitted;

    /** What the connection has of its own in milliseconds, {@link #NONE} if nothing, {@link #UNKNOWN} while nobody needed it. */
    private int ownMillis = UNKNOWN;

    private boolean missed;
    private boolean abandoned;

    /** @param missed whether it is known already that somebody uses it outside any scope */
    Bounds(Connection connection, @Nullable PGConnection server, boolean missed, Leg leg) {
        this.connection = connection;
        this.server = server;
        this.missed = missed;
        this.leg = leg;
    }

    /** A statement on its way to the server. */
    @FunctionalInterface
    interface Execution<R extends @Nullable Object> {

        /** @param timeoutMillis what the server is to be told with it, if it can carry that; 0 for no timeout */
        R within(int timeoutMillis) throws SQLException;
    }

    /** How a statement is bounded. */
    enum Way {

        /**
         * It carries its timeout. The driver may still send the two apart, if it cannot tell how much they will answer; in autocommit
         * mode the timeout is gone by then, and the statement is cancelled as one that the server does not end in time.
         */
        CARRIED,

        /** The server is told before. */
        TOLD,

        /** As {@link #TOLD}, but it is many statements, and the server counts for each of them anew. */
        MANY
    }

    /** As {@link #CARRIED_AS_PARAMETER}, with the timeout in the text. */
    static String carried(int millis) {
        return CARRIED_AS_PARAMETER.replace("?", "'" + millis + "'");
    }

    /** Whether a statement that is prepared now should carry its timeout. */
    boolean wantsCarried(String sql) throws SQLException {
        var scope = DeadlineScope.currentOrNull();
        return scope != null
                && leg.settings().together()
                && server != null
                && server.getPreferQueryMode() == PreferQueryMode.EXTENDED
                && server.getDefaultFetchSize() == 0
                && Sql.canFollow(sql)
                && (connection.getAutoCommit() || mustTell(millis(scope)));
    }

    /**
     * Runs a statement within the current scope.
     *
     * @throws SQLTimeoutException if the scope is over before it is begun, or ended it
     */
    <R extends @Nullable Object> R execute(Sql sql, Way way, Execution<R> execution) throws SQLException {
        var scope = DeadlineScope.currentOrNull();
        if (scope == null) {
            missed();
        } else if (sql != Sql.CONTROL && scope.isOver()) {
            throw leg.refused(scope, "a statement was not begun");
        }
        return DeadlineScope.shielded(() -> told(scope, sql, way, execution));
    }

    private <R extends @Nullable Object> R told(
            @Nullable DeadlineScope scope, Sql sql, Way way, Execution<R> execution) throws SQLException {
        var transaction = !connection.getAutoCommit();
        var millis = millis(scope);
        var done = false;
        uncommitted = transaction;
        try {
            if (transaction && way != Way.CARRIED && sql != Sql.CONTROL && mustTell(millis)) {
                tell(millis);
            }
            var result = running(scope, transaction, way, () -> execution.within(millis));
            if (transaction && way == Way.CARRIED) {
                toldMillis = millis;
            }
            done = true;
            return result;
        } catch (SQLException e) {
            throw scope != null && Leg.CANCELED.equals(e.getSQLState()) && scope.isOver() ? leg.stopped(scope, Stage.STATEMENT, e) : e;
        } finally {
            // A failure undoes what was told since the savepoint or the beginning; and who knows what a command does.
            if ((!done || sql != Sql.QUERY) && toldMillis != NONE) {
                toldMillis = UNKNOWN;
            }
        }
    }

    private <R extends @Nullable Object> R running(
            @Nullable DeadlineScope scope, boolean transaction, Way way, ScopedValue.CallableOp<R, SQLException> call)
            throws SQLException {
        if (scope == null || server == null) {
            return call.call();
        }
        var told = way == Way.CARRIED || transaction && way == Way.TOLD;
        var running = new Running(server, told ? leg.settings().patience().toMillis() : 0);
        try (var _ = scope.onEnd(running)) {
            return call.call();
        } finally {
            if (running.ended()) {
                abandoned = true;
                connection.abort(Runnable::run);
            }
        }
    }

    /**
     * Commits, unless nobody waits any more: then it rolls back, as nothing has been applied yet. Once the server has been asked, what it
     * answers counts, whenever that is: a commit has no {@code statement_timeout}, and cancelling it could leave it done but not
     * replicated.
     *
     * @param commit what commits
     * @throws SQLTimeoutException if it was rolled back for that reason
     */
    void commit(Call commit) throws SQLException {
        var scope = DeadlineScope.currentOrNull();
        if (scope != null && uncommitted && scope.isOver()) {
            rollback();
            throw leg.refused(scope, "a transaction was rolled back instead of committed");
        }
        try {
            Call.shielded(commit);
        } finally {
            forget(); // it has ended, one way or the other
        }
    }

    /** Rolls back, whatever has become of the scope. */
    void rollback() throws SQLException {
        Call.shielded(() -> {
            try {
                connection.rollback();
            } catch (SQLException e) {
                if (!Leg.CANCELED.equals(e.getSQLState())) {
                    throw e;
                }
                connection.rollback(); // what was left of the timeout hit the rollback itself, and is gone with that
            }
        });
        forget();
    }

    /** To be called after a rollback to a savepoint: it may have taken back what the server was told. */
    void rolledBackToSavepoint() {
        if (toldMillis != NONE) {
            toldMillis = UNKNOWN;
        }
    }

    boolean isUncommitted() {
        return uncommitted;
    }

    /** Whether the connection was closed, because a cancel could have met a later statement of it. */
    boolean isAbandoned() {
        return abandoned;
    }

    private void missed() {
        if (!missed) {
            missed = true;
            leg.missing().met(Stage.STATEMENT);
        }
    }

    private void forget() {
        toldMillis = NONE;
        uncommitted = false;
    }

    /** Without a query in front, it may even precede what must be a transaction's first statement. */
    private void tell(int millis) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = " + millis);
        }
        toldMillis = millis;
    }

    private boolean mustTell(int millis) {
        if (server == null || millis == inForce()) {
            return false;
        }
        var longer = orForever(inForce()) - orForever(millis);
        return toldMillis == UNKNOWN || longer < 0 || longer > leg.settings().slack().toMillis();
    }

    private int inForce() {
        return toldMillis == NONE ? Math.max(NONE, ownMillis) : toldMillis;
    }

    private static long orForever(int millis) {
        return millis == NONE ? Long.MAX_VALUE / 2 : millis;
    }

    /** What a statement may take now: rounded up, as a timeout of zero is none. */
    private int millis(@Nullable DeadlineScope scope) throws SQLException {
        if (scope == null || server == null) {
            return Math.max(NONE, ownMillis);
        }
        if (ownMillis == UNKNOWN) {
            ownMillis = leg.ownTimeouts().of(server, connection);
        }
        var left = Math.ceilDiv(scope.deadline().remainingNanos(), TimeUnit.MILLISECONDS.toNanos(1));
        return (int) Math.clamp(left, 1, ownMillis == NONE ? Integer.MAX_VALUE : ownMillis);
    }
}
