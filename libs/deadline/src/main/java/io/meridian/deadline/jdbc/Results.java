package io.meridian.deadline.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** What the caller is given of the results of a statement that carried its timeout: all but the first, and the driver's own words. */
@FunctionalInterface
interface Results<R extends @Nullable Object> {

    Results<Boolean> ANY = (_, rows) -> rows;

    Results<ResultSet> ROWS = (statement, rows) -> {
        if (!rows) {
            throw new PSQLException("No results were returned by the query.", PSQLState.NO_DATA);
        }
        return statement.getResultSet();
    };

    Results<Integer> COUNT = (statement, rows) -> {
        noRows(rows);
        return statement.getUpdateCount();
    };

    Results<Long> LARGE_COUNT = (statement, rows) -> {
        noRows(rows);
        return statement.getLargeUpdateCount();
    };

    /** @param rows whether the first of the caller's results has rows */
    R of(Statement statement, boolean rows) throws SQLException;

    /** Goes on from the timeout's result to the caller's. */
    default R afterTimeout(Statement statement) throws SQLException {
        return of(statement, statement.getMoreResults());
    }

    private static void noRows(boolean rows) throws SQLException {
        if (rows) {
            throw new PSQLException("A result was returned when none was expected.", PSQLState.TOO_MANY_RESULTS);
        }
    }
}
