package io.meridian.deadline.jdbc;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A data source whose connections and statements end with the scope they are asked for in.
 *
 * <ul>
 *   <li>Waiting for a connection of the pool ends at the deadline or when the caller is gone.
 *   <li>A statement, its waiting for locks included, is ended by PostgreSQL itself with {@code statement_timeout}, which is what remains,
 *       rounded up to the millisecond; where PostgreSQL cannot be told (commands, batches, generated keys in autocommit mode), or has
 *       not ended it shortly after, it is cancelled from here, and when the caller is gone it is cancelled at once. Such a cancel never
 *       meets another statement.
 *   <li>Nothing is begun when the scope is over. That includes a commit, in whose place the transaction is rolled back; a commit that was
 *       sent is waited for, however long, and its outcome counts. Rolling back, resetting and giving back always work.
 *   <li>What is refused or ended is a {@link SQLTimeoutException} with SQLState 57014, and the connection survives it.
 * </ul>
 *
 * <p>It only ever shortens what the database role, the connection or the user's own query timeout allow. Outside any scope it bounds nothing.
 * A {@code SET statement_timeout} by the user's own SQL inside a transaction is replaced by the next statement's. Statements of databases other than PostgreSQL are refused when the scope is over and otherwise left to their driver's timeouts.
 *
 * <p>An interrupt in the fraction of a millisecond in which the pool probes a connection that was long idle closes that connection; the
 * pool replaces it.
 */
public final class DeadlineDataSource extends DelegatingDataSource {

    private final DataSource target;
    private final Leg leg;

    public DeadlineDataSource(
            DataSource target, JdbcSettings settings, DeadlineListener listener, MissingDeadline missing) {
        super(target);
        this.target = target;
        this.leg = new Leg(settings, listener, missing, new OwnTimeouts());
    }

    @Override
    public Connection getConnection() throws SQLException {
        return borrowed(target::getConnection);
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return borrowed(() -> target.getConnection(username, password));
    }

    private Connection borrowed(ScopedValue.CallableOp<Connection, SQLException> borrow) throws SQLException {
        var scope = DeadlineScope.currentOrNull();
        if (scope == null) {
            leg.missing().met(Stage.STATEMENT);
            return bound(borrow.call(), true);
        }
        if (scope.isOver()) {
            throw leg.refused(scope, "a connection was not asked for");
        }
        return bound(awaited(scope, borrow), false);
    }

    /**
     * Not shielded: the pool takes an interrupt as the end of the waiting, and leaves the thread interrupted, as befits a scope that is
     * over.
     */
    private Connection awaited(DeadlineScope scope, ScopedValue.CallableOp<Connection, SQLException> borrow)
            throws SQLException {
        try {
            return borrow.call();
        } catch (SQLException e) {
            throw scope.isOver() ? leg.stopped(scope, Stage.POOL, e) : e;
        }
    }

    private Connection bound(Connection connection, boolean missed) throws SQLException {
        try {
            var server = connection.isWrapperFor(PGConnection.class) ? connection.unwrap(PGConnection.class) : null;
            return new BoundConnection(connection, new Bounds(connection, server, missed, leg));
        } catch (SQLException | RuntimeException e) {
            try (connection) {
                throw e;
            }
        }
    }
}
