package io.meridian.deadline.jdbc;

import static io.meridian.deadline.DeadlineScope.shielded;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A borrowed connection whose statements end with the scope they are executed in. Giving it back, rolling back and resetting always
 * work.
 *
 * <p>What is {@linkplain #unwrap unwrapped} from it is the driver's own: it is not bounded, and an interrupt closes its socket, so it is used
 * in {@link io.meridian.deadline.DeadlineScope#shielded}. The same is true of large objects.
 */
final class BoundConnection extends DelegatingConnection {

    private final Connection target;
    private final Bounds bounds;

    BoundConnection(Connection target, Bounds bounds) {
        super(target);
        this.target = target;
        this.bounds = bounds;
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        if (!bounds.wantsCarried(sql)) {
            return plain(sql, () -> target.prepareStatement(sql));
        }
        var carrying = shielded(() -> target.prepareStatement(Bounds.CARRIED_AS_PARAMETER + sql));
        return BoundPreparedStatement.carrying(this, bounds, carrying, () -> target.prepareStatement(sql));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int generatedKeys) throws SQLException {
        return generatedKeys == Statement.NO_GENERATED_KEYS
                ? prepareStatement(sql)
                : plain(sql, () -> target.prepareStatement(sql, generatedKeys));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int[] columns) throws SQLException {
        return plain(sql, () -> target.prepareStatement(sql, columns));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, String[] columns) throws SQLException {
        return plain(sql, () -> target.prepareStatement(sql, columns));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
        return plain(sql, () -> target.prepareStatement(sql, type, concurrency));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return plain(sql, () -> target.prepareStatement(sql, type, concurrency, holdability));
    }

    @Override
    public Statement createStatement() throws SQLException {
        return bound(target.createStatement());
    }

    @Override
    public Statement createStatement(int type, int concurrency) throws SQLException {
        return bound(target.createStatement(type, concurrency));
    }

    @Override
    public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
        return bound(target.createStatement(type, concurrency, holdability));
    }

    @Override
    public CallableStatement prepareCall(String sql) throws SQLException {
        return bound(super.prepareCall(sql));
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
        return bound(super.prepareCall(sql, type, concurrency));
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability) throws SQLException {
        return bound(super.prepareCall(sql, type, concurrency, holdability));
    }

    /** Refused when nobody waits any more, and rolled back then; what the server answers to a commit that was sent counts. */
    @Override
    public void commit() throws SQLException {
        bounds.commit(target::commit);
    }

    /** Commits what is under way, as JDBC has it, and so is refused as {@link #commit()} is. */
    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        if (autoCommit && bounds.isUncommitted()) {
            bounds.commit(() -> target.setAutoCommit(true));
        } else {
            super.setAutoCommit(autoCommit);
        }
    }

    @Override
    public void rollback() throws SQLException {
        bounds.rollback();
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        super.rollback(savepoint);
        bounds.rolledBackToSavepoint();
    }

    @Override
    public void close() throws SQLException {
        try {
            if (bounds.isUncommitted() && !target.isClosed()) {
                rollbackAndClose();
            } else {
                super.close();
            }
        } catch (SQLException e) {
            if (!bounds.isAbandoned()) {
                throw e; // otherwise the pool says that it cannot use the connection any more, which is no news
            }
        }
    }

    private void rollbackAndClose() throws SQLException {
        try (var _ = (Closing) super::close) {
            bounds.rollback();
        }
    }

    @Override
    public DatabaseMetaData getMetaData() throws SQLException {
        return Proxied.shielded(DatabaseMetaData.class, super.getMetaData(), this);
    }

    /** @param statement whose rows they are; null if the driver's own */
    ResultSet rows(ResultSet rows, @Nullable Statement statement) throws SQLException {
        return new BoundResultSet(rows, statement, this, bounds);
    }

    private PreparedStatement plain(String sql, BoundPreparedStatement.Preparing preparing) throws SQLException {
        return BoundPreparedStatement.plain(sql, this, bounds, shielded(preparing::prepare));
    }

    private Statement bound(Statement statement) {
        return new BoundStatement(statement, this, bounds);
    }

    private CallableStatement bound(CallableStatement statement) {
        return Proxied.bounded(CallableStatement.class, statement, this, bounds);
    }

    private interface Closing extends AutoCloseable {
        @Override
        void close() throws SQLException;
    }
}
