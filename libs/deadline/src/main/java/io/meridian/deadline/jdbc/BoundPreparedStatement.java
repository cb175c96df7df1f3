package io.meridian.deadline.jdbc;

import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.jdbc.Bounds.Way;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement whose every execution is bounded.
 *
 * <p>It may have been prepared with its timeout in front, which the caller does not see: the timeout is the first parameter, and its
 * result the first one. That serves parameters, the usual executions and their results; at anything else it is given up for the same
 * statement without, which is given all that was set before.
 */
final class BoundPreparedStatement extends Parameters {

    /** Prepares the statement without its timeout. */
    @FunctionalInterface
    interface Preparing {
        PreparedStatement prepare() throws SQLException;
    }

    private static final Setter[] NOTHING = {};

    private final Sql sql;
    private final BoundConnection connection;
    private final Bounds bounds;
    private final Preparing preparing;

    /** With the timeout in front. */
    private final @Nullable PreparedStatement carrying;

    /** Without; null until it is needed, and from then on it is the one that is executed. */
    private @Nullable PreparedStatement plain;

    /** The one that was executed last and has the results. */
    private PreparedStatement executed;

    /** By parameter, the first at 0: what the carrying one was given. */
    private @Nullable Setter[] given = NOTHING;

    private BoundPreparedStatement(
            Sql sql,
            BoundConnection connection,
            Bounds bounds,
            Preparing preparing,
            @Nullable PreparedStatement carrying,
            PreparedStatement first) {
        this.sql = sql;
        this.connection = connection;
        this.bounds = bounds;
        this.preparing = preparing;
        this.carrying = carrying;
        this.plain = carrying == null ? first : null;
        this.executed = first;
    }

    static BoundPreparedStatement plain(
            String sql, BoundConnection connection, Bounds bounds, PreparedStatement plain) {
        return new BoundPreparedStatement(Sql.of(sql), connection, bounds, () -> plain, null, plain);
    }

    /** @param preparing prepares it without the timeout */
    static BoundPreparedStatement carrying(
            BoundConnection connection, Bounds bounds, PreparedStatement carrying, Preparing preparing) {
        return new BoundPreparedStatement(Sql.QUERY, connection, bounds, preparing, carrying, carrying);
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        return connection.rows(execute(PreparedStatement::executeQuery, Results.ROWS), this);
    }

    @Override
    public int executeUpdate() throws SQLException {
        return execute(PreparedStatement::executeUpdate, Results.COUNT);
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        return execute(PreparedStatement::executeLargeUpdate, Results.LARGE_COUNT);
    }

    @Override
    public boolean execute() throws SQLException {
        return execute(PreparedStatement::execute, Results.ANY);
    }

    @Override
    public void addBatch() throws SQLException {
        target().addBatch();
    }

    @Override
    public int[] executeBatch() throws SQLException {
        executed = target();
        return bounds.execute(sql, Way.MANY, _ -> executed.executeBatch());
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        executed = target();
        return bounds.execute(sql, Way.MANY, _ -> executed.executeLargeBatch());
    }

    @Override
    void set(int index, Setter setter) throws SQLException {
        if (carrying == null || plain != null || index < 1) {
            setter.set(target(), index);
            return;
        }
        try {
            setter.set(carrying, index + 1);
        } catch (SQLException _) {
            setter.set(target(), index); // fails again, in terms of the caller's parameters
            return;
        }
        if (index > given.length) {
            given = Arrays.copyOf(given, Math.max(8, 2 * index));
        }
        given[index - 1] = setter;
    }

    @Override
    void setAsking(int index, Setter setter) throws SQLException {
        Call.shielded(() -> set(index, setter));
    }

    @Override
    void setOnce(int index, Setter setter) throws SQLException {
        var statement = target();
        Call.shielded(() -> setter.set(statement, index));
    }

    @Override
    public void clearParameters() throws SQLException {
        given = NOTHING;
        current().clearParameters();
    }

    @Override
    public @Nullable ResultSetMetaData getMetaData() throws SQLException {
        var statement = target();
        var columns = DeadlineScope.<@Nullable ResultSetMetaData, SQLException>shielded(() -> statement.getMetaData());
        return columns == null ? null : new ShieldedColumns(columns);
    }

    @Override
    public ParameterMetaData getParameterMetaData() throws SQLException {
        var statement = target();
        var parameters = DeadlineScope.shielded(() -> statement.getParameterMetaData());
        return Proxied.shielded(ParameterMetaData.class, parameters, connection);
    }

    @Override
    public @Nullable ResultSet getResultSet() throws SQLException {
        var rows = executed.getResultSet();
        return rows == null ? null : connection.rows(rows, this);
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        return connection.rows(DeadlineScope.shielded(() -> executed.getGeneratedKeys()), this);
    }

    @Override
    public int getUpdateCount() throws SQLException {
        return executed.getUpdateCount();
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        return executed.getLargeUpdateCount();
    }

    @Override
    public boolean getMoreResults() throws SQLException {
        return DeadlineScope.shielded(executed::getMoreResults);
    }

    @Override
    public boolean getMoreResults(int current) throws SQLException {
        return DeadlineScope.shielded(() -> executed.getMoreResults(current));
    }

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        return executed.getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        executed.clearWarnings();
    }

    @Override
    public void setFetchSize(int rows) throws SQLException {
        if (rows != 0 || plain != null) {
            target().setFetchSize(rows);
        }
    }

    @Override
    public int getFetchSize() throws SQLException {
        return current().getFetchSize();
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        current().setQueryTimeout(seconds);
    }

    @Override
    public int getQueryTimeout() throws SQLException {
        return current().getQueryTimeout();
    }

    @Override
    public void setMaxRows(int rows) throws SQLException {
        current().setMaxRows(rows);
    }

    @Override
    public int getMaxRows() throws SQLException {
        return current().getMaxRows();
    }

    @Override
    public void cancel() throws SQLException {
        Call.shielded(executed::cancel);
    }

    @Override
    public boolean isClosed() throws SQLException {
        return current().isClosed();
    }

    @Override
    public void close() throws SQLException {
        Call.shielded(() -> {
            try (var _ = plain) {
                if (carrying != null) {
                    carrying.close();
                }
            }
        });
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public String toString() {
        return current().toString();
    }

    @Override
    PreparedStatement target() throws SQLException {
        if (plain == null) {
            plain = withoutTimeout(current());
        }
        return plain;
    }

    private PreparedStatement withoutTimeout(PreparedStatement carrying) throws SQLException {
        var statement = DeadlineScope.shielded(preparing::prepare);
        statement.setQueryTimeout(carrying.getQueryTimeout());
        statement.setMaxRows(carrying.getMaxRows());
        for (var i = 0; i < given.length; i++) {
            var setter = given[i];
            if (setter != null) {
                setter.set(statement, i + 1);
            }
        }
        return statement;
    }

    private PreparedStatement current() {
        if (plain != null) {
            return plain;
        }
        return carrying != null ? carrying : executed;
    }

    private <R> R execute(Execution<R> plainly, Results<R> results) throws SQLException {
        executed = current();
        if (plain == null) {
            return bounds.execute(Sql.QUERY, Way.CARRIED, millis -> {
                executed.setString(1, Integer.toString(millis));
                executed.execute();
                return results.afterTimeout(executed);
            });
        }
        return bounds.execute(sql, Way.TOLD, _ -> plainly.of(executed));
    }

    @FunctionalInterface
    private interface Execution<R> {
        R of(PreparedStatement statement) throws SQLException;
    }
}
