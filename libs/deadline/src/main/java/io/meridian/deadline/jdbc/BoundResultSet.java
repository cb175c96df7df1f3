package io.meridian.deadline.jdbc;

import io.meridian.deadline.jdbc.Bounds.Way;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a bound connection. Even those that are all here are asked for with care: of a type that the driver has not met on this
 * connection it asks the server. Rows that are still to come are asked for as a statement is executed.
 */
final class BoundResultSet extends DelegatingResultSet {

    private final BoundConnection connection;
    private final Bounds bounds;

    /** Whose rows they are; null if the driver's own. */
    private final @Nullable Statement statement;

    /** Whether moving among the rows may need the server. */
    private boolean needsServer;

    private @Nullable ResultSetMetaData columns;

    BoundResultSet(ResultSet rows, @Nullable Statement statement, BoundConnection connection, Bounds bounds)
            throws SQLException {
        super(rows);
        this.connection = connection;
        this.bounds = bounds;
        this.statement = statement;
        this.needsServer = rows.getFetchSize() != 0 || rows.getConcurrency() != CONCUR_READ_ONLY;
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        if (columns == null) {
            columns = new ShieldedColumns(super.getMetaData());
        }
        return columns;
    }

    @Override
    public @Nullable Statement getStatement() throws SQLException {
        return statement != null ? statement : super.getStatement();
    }

    @Override
    public void setFetchSize(int count) throws SQLException {
        needsServer |= count != 0;
        super.setFetchSize(count);
    }

    @Override
    <R> R ask(ScopedValue.CallableOp<R, SQLException> move) throws SQLException {
        return needsServer ? bounds.execute(Sql.COMMAND, Way.TOLD, _ -> move.call()) : move.call();
    }

    @Override
    @Nullable Array array(@Nullable Array array) {
        return array == null ? null : Proxied.shielded(Array.class, array, connection);
    }
}
