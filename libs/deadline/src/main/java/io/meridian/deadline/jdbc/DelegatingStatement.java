package io.meridian.deadline.jdbc;

import static io.meridian.deadline.DeadlineScope.shielded;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A statement that does nothing of its own, but that no call which may reach the server is interrupted. */
abstract class DelegatingStatement implements Statement {

    abstract Statement target() throws SQLException;

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        return shielded(() -> target().executeQuery(sql));
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        return shielded(() -> target().executeUpdate(sql));
    }

    @Override
    public int executeUpdate(String sql, int generatedKeys) throws SQLException {
        return shielded(() -> target().executeUpdate(sql, generatedKeys));
    }

    @Override
    public int executeUpdate(String sql, int[] columns) throws SQLException {
        return shielded(() -> target().executeUpdate(sql, columns));
    }

    @Override
    public int executeUpdate(String sql, String[] columns) throws SQLException {
        return shielded(() -> target().executeUpdate(sql, columns));
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        return shielded(() -> target().executeLargeUpdate(sql));
    }

    @Override
    public long executeLargeUpdate(String sql, int generatedKeys) throws SQLException {
        return shielded(() -> target().executeLargeUpdate(sql, generatedKeys));
    }

    @Override
    public long executeLargeUpdate(String sql, int[] columns) throws SQLException {
        return shielded(() -> target().executeLargeUpdate(sql, columns));
    }

    @Override
    public long executeLargeUpdate(String sql, String[] columns) throws SQLException {
        return shielded(() -> target().executeLargeUpdate(sql, columns));
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        return shielded(() -> target().execute(sql));
    }

    @Override
    public boolean execute(String sql, int generatedKeys) throws SQLException {
        return shielded(() -> target().execute(sql, generatedKeys));
    }

    @Override
    public boolean execute(String sql, int[] columns) throws SQLException {
        return shielded(() -> target().execute(sql, columns));
    }

    @Override
    public boolean execute(String sql, String[] columns) throws SQLException {
        return shielded(() -> target().execute(sql, columns));
    }

    @Override
    public void addBatch(String sql) throws SQLException {
        target().addBatch(sql);
    }

    @Override
    public void clearBatch() throws SQLException {
        target().clearBatch();
    }

    @Override
    public int[] executeBatch() throws SQLException {
        return shielded(() -> target().executeBatch());
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        return shielded(() -> target().executeLargeBatch());
    }

    @Override
    public @Nullable ResultSet getResultSet() throws SQLException {
        return target().getResultSet();
    }

    @Override
    public int getUpdateCount() throws SQLException {
        return target().getUpdateCount();
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        return target().getLargeUpdateCount();
    }

    @Override
    public boolean getMoreResults() throws SQLException {
        return shielded(() -> target().getMoreResults());
    }

    @Override
    public boolean getMoreResults(int current) throws SQLException {
        return shielded(() -> target().getMoreResults(current));
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        return shielded(() -> target().getGeneratedKeys());
    }

    @Override
    public void cancel() throws SQLException {
        Call.shielded(() -> target().cancel());
    }

    @Override
    public void close() throws SQLException {
        Call.shielded(() -> target().close());
    }

    @Override
    public boolean isClosed() throws SQLException {
        return target().isClosed();
    }

    @Override
    public void closeOnCompletion() throws SQLException {
        target().closeOnCompletion();
    }

    @Override
    public boolean isCloseOnCompletion() throws SQLException {
        return target().isCloseOnCompletion();
    }

    @Override
    public int getQueryTimeout() throws SQLException {
        return target().getQueryTimeout();
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        target().setQueryTimeout(seconds);
    }

    @Override
    public int getMaxFieldSize() throws SQLException {
        return target().getMaxFieldSize();
    }

    @Override
    public void setMaxFieldSize(int bytes) throws SQLException {
        target().setMaxFieldSize(bytes);
    }

    @Override
    public int getMaxRows() throws SQLException {
        return target().getMaxRows();
    }

    @Override
    public void setMaxRows(int rows) throws SQLException {
        target().setMaxRows(rows);
    }

    @Override
    public long getLargeMaxRows() throws SQLException {
        return target().getLargeMaxRows();
    }

    @Override
    public void setLargeMaxRows(long rows) throws SQLException {
        target().setLargeMaxRows(rows);
    }

    @Override
    public int getFetchDirection() throws SQLException {
        return target().getFetchDirection();
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        target().setFetchDirection(direction);
    }

    @Override
    public int getFetchSize() throws SQLException {
        return target().getFetchSize();
    }

    @Override
    public void setFetchSize(int rows) throws SQLException {
        target().setFetchSize(rows);
    }

    @Override
    public int getResultSetConcurrency() throws SQLException {
        return target().getResultSetConcurrency();
    }

    @Override
    public int getResultSetType() throws SQLException {
        return target().getResultSetType();
    }

    @Override
    public int getResultSetHoldability() throws SQLException {
        return target().getResultSetHoldability();
    }

    @Override
    public void setEscapeProcessing(boolean enable) throws SQLException {
        target().setEscapeProcessing(enable);
    }

    @Override
    public void setCursorName(String name) throws SQLException {
        target().setCursorName(name);
    }

    @Override
    public boolean isPoolable() throws SQLException {
        return target().isPoolable();
    }

    @Override
    public void setPoolable(boolean poolable) throws SQLException {
        target().setPoolable(poolable);
    }

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        return target().getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        target().clearWarnings();
    }

    @Override
    public String enquoteLiteral(String text) throws SQLException {
        return target().enquoteLiteral(text);
    }

    @Override
    public String enquoteNCharLiteral(String text) throws SQLException {
        return target().enquoteNCharLiteral(text);
    }

    @Override
    public String enquoteIdentifier(String identifier, boolean always) throws SQLException {
        return target().enquoteIdentifier(identifier, always);
    }

    @Override
    public boolean isSimpleIdentifier(String identifier) throws SQLException {
        return target().isSimpleIdentifier(identifier);
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        return type.isInstance(target()) ? type.cast(target()) : target().unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || type.isInstance(target()) || target().isWrapperFor(type);
    }
}
