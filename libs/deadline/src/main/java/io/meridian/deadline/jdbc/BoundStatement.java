package io.meridian.deadline.jdbc;

import io.meridian.deadline.jdbc.Bounds.Way;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A statement whose every execution is bounded. */
final class BoundStatement extends DelegatingStatement {

    private final Statement target;
    private final BoundConnection connection;
    private final Bounds bounds;

    BoundStatement(Statement target, BoundConnection connection, Bounds bounds) {
        this.target = target;
        this.connection = connection;
        this.bounds = bounds;
    }

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        return connection.rows(execute(sql, () -> target.executeQuery(sql), Results.ROWS), this);
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        return execute(sql, () -> target.executeUpdate(sql), Results.COUNT);
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        return execute(sql, () -> target.executeLargeUpdate(sql), Results.LARGE_COUNT);
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        return execute(sql, () -> target.execute(sql), Results.ANY);
    }

    @Override
    public int executeUpdate(String sql, int generatedKeys) throws SQLException {
        return execute(sql, () -> target.executeUpdate(sql, generatedKeys));
    }

    @Override
    public int executeUpdate(String sql, int[] columns) throws SQLException {
        return execute(sql, () -> target.executeUpdate(sql, columns));
    }

    @Override
    public int executeUpdate(String sql, String[] columns) throws SQLException {
        return execute(sql, () -> target.executeUpdate(sql, columns));
    }

    @Override
    public long executeLargeUpdate(String sql, int generatedKeys) throws SQLException {
        return execute(sql, () -> target.executeLargeUpdate(sql, generatedKeys));
    }

    @Override
    public long executeLargeUpdate(String sql, int[] columns) throws SQLException {
        return execute(sql, () -> target.executeLargeUpdate(sql, columns));
    }

    @Override
    public long executeLargeUpdate(String sql, String[] columns) throws SQLException {
        return execute(sql, () -> target.executeLargeUpdate(sql, columns));
    }

    @Override
    public boolean execute(String sql, int generatedKeys) throws SQLException {
        return execute(sql, () -> target.execute(sql, generatedKeys));
    }

    @Override
    public boolean execute(String sql, int[] columns) throws SQLException {
        return execute(sql, () -> target.execute(sql, columns));
    }

    @Override
    public boolean execute(String sql, String[] columns) throws SQLException {
        return execute(sql, () -> target.execute(sql, columns));
    }

    @Override
    public int[] executeBatch() throws SQLException {
        return bounds.execute(Sql.COMMAND, Way.MANY, _ -> target.executeBatch());
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        return bounds.execute(Sql.COMMAND, Way.MANY, _ -> target.executeLargeBatch());
    }

    @Override
    public @Nullable ResultSet getResultSet() throws SQLException {
        var rows = target.getResultSet();
        return rows == null ? null : connection.rows(rows, this);
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        return connection.rows(super.getGeneratedKeys(), this);
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    Statement target() {
        return target;
    }

    private <R> R execute(String sql, ScopedValue.CallableOp<R, SQLException> plainly, Results<R> results)
            throws SQLException {
        if (target.getFetchSize() == 0 && !target.isCloseOnCompletion() && bounds.wantsCarried(sql)) {
            return bounds.execute(Sql.QUERY, Way.CARRIED, millis -> {
                target.execute(Bounds.carried(millis) + sql);
                return results.afterTimeout(target);
            });
        }
        return execute(sql, plainly);
    }

    private <R> R execute(String sql, ScopedValue.CallableOp<R, SQLException> plainly) throws SQLException {
        return bounds.execute(Sql.of(sql), Way.TOLD, _ -> plainly.call());
    }
}
