package io.meridian.deadline.jdbc;

import static io.meridian.deadline.jdbc.Bench.scope;
import static io.meridian.deadline.jdbc.Bench.virtually;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.DeadlineListeners;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.jdbc.PgConnection;

/**
 * Inside a scope a program sees what it sees without the library. Each is run often enough that the driver prepares its statements on the
 * server.
 */
class LikeTheDriverIT {

    /** The driver prepares on the server from the fifth execution on. */
    private static final int TIMES = 8;

    private static Bench bench;
    private static DeadlineDataSource apart;

    @BeforeAll
    static void open() throws SQLException {
        bench = new Bench(1, JdbcSettings.USUAL);
        apart = new DeadlineDataSource(
                bench.pool,
                new JdbcSettings(false, Duration.ZERO, JdbcSettings.USUAL.patience()),
                DeadlineListeners.NONE,
                bench.missing);
        bench.execute("""
                CREATE TABLE things (id INT PRIMARY KEY, name TEXT, amount NUMERIC, at TIMESTAMPTZ, day DATE, key UUID,
                    flag BOOLEAN, bytes BYTEA, words TEXT[])""");
        bench.execute("CREATE TYPE mood AS ENUM ('calm', 'busy')");
        bench.execute("CREATE FUNCTION twice(n INT) RETURNS INT LANGUAGE sql AS 'SELECT 2 * n'");
        bench.execute("CREATE PROCEDURE nothing(INOUT n INT) LANGUAGE plpgsql AS 'BEGIN n := n + 1; END'");
    }

    @AfterAll
    static void close() throws SQLException {
        bench.close();
    }

    /** Something that is done with a connection, and what is seen of it. */
    enum Program {
        QUERY {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT id, name FROM things WHERE id <= ? ORDER BY id")) {
                    statement.setInt(1, 2);
                    see(seen, statement.executeQuery());
                    statement.setInt(1, 1);
                    see(seen, statement.executeQuery());
                    seen.add(statement.getMoreResults());
                    seen.add(statement.getUpdateCount());
                }
            }
        },
        EVERY_TYPE {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement(
                        "UPDATE things SET name = ?, amount = ?, at = ?, day = ?, key = ?, flag = ?, bytes = ?, words = ? WHERE id = ?")) {
                    statement.setString(1, "späť ? ; '");
                    statement.setBigDecimal(2, new BigDecimal("12.50"));
                    statement.setObject(3, OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 6_000, ZoneOffset.UTC));
                    statement.setDate(4, Date.valueOf("2026-01-02"));
                    statement.setObject(5, new UUID(1, 2));
                    statement.setBoolean(6, true);
                    statement.setBytes(7, new byte[] {1, 2, 3});
                    statement.setArray(8, connection.createArrayOf("text", new String[] {"a", "b"}));
                    statement.setInt(9, 1);
                    seen.add(statement.executeUpdate());
                    statement.setTimestamp(3, Timestamp.valueOf("2026-01-02 03:04:05"));
                    statement.setNull(5, Types.OTHER);
                    statement.setObject(6, null);
                    statement.setObject(2, 7, Types.NUMERIC);
                    seen.add(statement.executeUpdate());
                }
                rows(connection, seen);
            }
        },
        UNKNOWN_TYPES {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT name, ?::TIMESTAMP AS t FROM things WHERE at < ? ORDER BY id")) {
                    statement.setTimestamp(1, Timestamp.valueOf("2026-01-02 03:04:05"));
                    statement.setObject(2, LocalDateTime.of(2030, 1, 1, 0, 0), Types.OTHER);
                    see(seen, statement.executeQuery());
                }
            }
        },
        RETURNING {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("UPDATE things SET name = ? WHERE id = 2 RETURNING id, name")) {
                    statement.setString(1, "two");
                    see(seen, statement.executeQuery());
                    seen.add(statement.execute());
                    see(seen, statement.getResultSet());
                    seen.add(statement.getMoreResults());
                    seen.add(statement.getUpdateCount());
                }
            }
        },
        EXECUTE {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("UPDATE things SET flag = ?")) {
                    statement.setBoolean(1, false);
                    seen.add(statement.execute());
                    seen.add(statement.getUpdateCount());
                    seen.add(statement.getResultSet());
                    seen.add(statement.getMoreResults());
                    seen.add(statement.getUpdateCount());
                    seen.add(statement.executeLargeUpdate());
                    seen.add(statement.getLargeUpdateCount());
                }
            }
        },
        PLAIN {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.createStatement()) {
                    see(seen, statement.executeQuery("SELECT id FROM things ORDER BY id"));
                    seen.add(statement.executeUpdate("UPDATE things SET flag = TRUE"));
                    seen.add(statement.execute("UPDATE things SET flag = FALSE WHERE id = 1"));
                    seen.add(statement.getUpdateCount());
                    seen.add(statement.execute("SELECT 1; SELECT 2; UPDATE things SET flag = TRUE"));
                    see(seen, statement.getResultSet());
                    seen.add(statement.getMoreResults());
                    see(seen, statement.getResultSet());
                    seen.add(statement.getMoreResults());
                    seen.add(statement.getUpdateCount());
                    seen.add(statement.execute("DO 'BEGIN END'"));
                    seen.add(statement.executeLargeUpdate("DELETE FROM things WHERE id > 100"));
                }
            }
        },
        KEYS {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement =
                        connection.prepareStatement("INSERT INTO things (id) VALUES (?)", new String[] {"id"})) {
                    statement.setInt(1, 50);
                    seen.add(statement.executeUpdate());
                    see(seen, statement.getGeneratedKeys());
                }
                try (var statement = connection.createStatement()) {
                    seen.add(statement.executeUpdate("DELETE FROM things WHERE id = 50", Statement.RETURN_GENERATED_KEYS));
                    try (var keys = statement.getGeneratedKeys()) {
                        seen.add(keys.next() ? keys.getInt("id") : null);
                    }
                }
            }
        },
        BATCH {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("INSERT INTO things (id, name) VALUES (?, ?)");
                        var delete = connection.createStatement()) {
                    statement.setQueryTimeout(60);
                    for (var i = 60; i < 63; i++) {
                        statement.setInt(1, i);
                        statement.setString(2, "batch " + i);
                        statement.addBatch();
                    }
                    seen.add(statement.getQueryTimeout());
                    seen.add(Arrays.toString(statement.executeBatch()));
                    statement.setInt(1, 63);
                    seen.add(statement.executeUpdate());
                    delete.addBatch("DELETE FROM things WHERE id = 60");
                    delete.addBatch("DELETE FROM things WHERE id > 60");
                    seen.add(Arrays.toString(delete.executeBatch()));
                }
            }
        },
        STREAMS {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("UPDATE things SET name = ?, bytes = ?, amount = ? WHERE id = 2")) {
                    statement.setBigDecimal(3, BigDecimal.TEN);
                    statement.setCharacterStream(1, new StringReader("read"));
                    statement.setBinaryStream(2, new ByteArrayInputStream(new byte[] {9, 8}));
                    seen.add(statement.executeUpdate());
                }
                rows(connection, seen);
            }
        },
        METADATA {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT id, name FROM things WHERE id = ? AND name <> ?")) {
                    statement.setInt(1, 1);
                    seen.add(statement.getParameterMetaData().getParameterCount());
                    seen.add(statement.getMetaData().getColumnCount());
                    statement.setString(2, "x");
                    var rows = statement.executeQuery();
                    seen.add(statement.getMetaData().getColumnName(2));
                    seen.add(rows.getMetaData().getColumnCount());
                    see(seen, rows);
                    seen.add(statement.getConnection() == connection);
                }
                seen.add(connection.getMetaData().supportsBatchUpdates());
                seen.add(connection.getMetaData().getConnection() == connection);
                see(seen, connection.getMetaData().getPrimaryKeys(null, null, "things"));
            }
        },
        VALUES {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("""
                        SELECT 1::SMALLINT AS n, 'calm'::mood AS m, ARRAY[1, 2] AS a, '{"a": 1}'::JSONB AS j, DATE '2026-01-02' AS d,
                            TIME '01:02:03' AS t, TIMESTAMPTZ '2026-01-02 03:04:05Z' AS z, 'ab'::BYTEA AS b, TRUE AS f, 1.5 AS x,
                            NULL::TEXT AS u, INTERVAL '1 day' AS i, id FROM things WHERE id = ?""")) {
                    statement.setInt(1, 1);
                    try (var rows = statement.executeQuery()) {
                        var columns = rows.getMetaData();
                        for (var i = 1; i <= columns.getColumnCount(); i++) {
                            seen.add(columns.getColumnLabel(i) + columns.getColumnName(i) + columns.getColumnTypeName(i)
                                    + columns.getColumnClassName(i) + columns.getTableName(i) + columns.isNullable(i)
                                    + columns.isAutoIncrement(i) + columns.getColumnType(i) + columns.getPrecision(i)
                                    + columns.getScale(i) + columns.isSigned(i) + columns.getColumnDisplaySize(i));
                        }
                        seen.add(rows.isBeforeFirst());
                        seen.add(rows.next());
                        seen.add(List.of(rows.getShort("n"), rows.getByte(1), rows.getLong(1), rows.getDouble("x"), rows.getFloat("x")));
                        seen.add(List.of(rows.getObject("m"), rows.getObject("j"), rows.getObject("i"), rows.getObject("n", Integer.class)));
                        seen.add(Arrays.toString((Object[]) rows.getArray("a").getArray()));
                        see(seen, rows.getArray("a").getResultSet());
                        seen.add(List.of(rows.getDate("d"), rows.getTime("t"), rows.getTimestamp("z"), rows.getBoolean("f")));
                        seen.add(rows.getObject("z", OffsetDateTime.class));
                        seen.add(Arrays.toString(rows.getBytes("b")));
                        seen.add(rows.getString("u"));
                        seen.add(rows.wasNull());
                        seen.add(List.of(rows.findColumn("id"), rows.getRow(), rows.isFirst(), rows.isLast()));
                        seen.add(rows.getStatement() == statement);
                        seen.add(rows.next());
                        seen.add(rows.isAfterLast());
                        seen.add(rows.isClosed());
                    }
                }
            }
        },
        RESULTS_SURVIVE_A_CHANGE_OF_MIND {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT id FROM things WHERE id < ? ORDER BY id")) {
                    statement.setInt(1, 3);
                    var rows = statement.executeQuery();
                    seen.add(rows.next());
                    seen.add(statement.isPoolable());
                    statement.setFetchSize(1);
                    seen.add(rows.getInt(1));
                    see(seen, rows);
                    see(seen, statement.executeQuery());
                    statement.clearParameters();
                    statement.setInt(1, 2);
                    see(seen, statement.executeQuery());
                }
            }
        },
        LIMITS {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT n FROM generate_series(1, ?) n")) {
                    statement.setMaxRows(3);
                    statement.setInt(1, 10);
                    see(seen, statement.executeQuery());
                    seen.add(statement.getMaxRows());
                    statement.setFetchSize(2);
                    statement.setMaxRows(0);
                    see(seen, statement.executeQuery());
                    statement.setFetchSize(0);
                    see(seen, statement.executeQuery());
                }
            }
        },
        SCROLLING {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement(
                                "SELECT id, name FROM things ORDER BY id",
                                ResultSet.TYPE_SCROLL_INSENSITIVE,
                                ResultSet.CONCUR_UPDATABLE);
                        var rows = statement.executeQuery()) {
                    seen.add(rows.last());
                    seen.add(rows.getRow());
                    seen.add(rows.absolute(1));
                    rows.updateString("name", "updated");
                    rows.updateRow();
                    seen.add(rows.getString("name"));
                    seen.add(rows.getStatement() == statement);
                }
            }
        },
        CALLS {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var call = connection.prepareCall("{? = call twice(?)}")) {
                    call.registerOutParameter(1, Types.INTEGER);
                    call.setInt(2, 21);
                    seen.add(call.execute());
                    seen.add(call.getInt(1));
                    seen.add(call.getConnection() == connection);
                    seen.add(Set.of(call).contains(call));
                }
                try (var call = connection.prepareStatement("CALL nothing(?)")) {
                    call.setInt(1, 1);
                    seen.add(call.execute());
                }
            }
        },
        COMPLETION {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT 1")) {
                    statement.closeOnCompletion();
                    statement.executeQuery().close();
                    seen.add(statement.isClosed());
                }
                try (var statement = connection.createStatement()) {
                    statement.closeOnCompletion();
                    seen.add(statement.executeUpdate("UPDATE things SET flag = TRUE"));
                    statement.executeQuery("SELECT 1").close();
                    seen.add(statement.isClosed());
                }
            }
        },
        UNWRAPPING {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                seen.add(connection.unwrap(PgConnection.class).getClass());
                seen.add(connection.isWrapperFor(PGConnection.class));
                seen.add(connection.isWrapperFor(List.class));
                try (var statement = connection.prepareStatement("SELECT ?")) {
                    statement.unwrap(PGStatement.class).setPrepareThreshold(3);
                    seen.add(statement.unwrap(PGStatement.class).getPrepareThreshold());
                    seen.add(statement.isWrapperFor(PGStatement.class));
                    statement.setString(1, "x");
                    see(seen, statement.executeQuery());
                }
            }
        },
        OPERATORS_AND_ESCAPES {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement(
                        "/* ? */ SELECT '{\"a\": 1}'::JSONB ?? 'a', {fn concat('x', ?)}, '?' -- ?\n, $$?$$")) {
                    statement.setString(1, "y");
                    see(seen, statement.executeQuery());
                }
            }
        },
        MULTIPLE {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT ?::INT; SELECT ?::INT")) {
                    statement.setInt(1, 1);
                    statement.setInt(2, 2);
                    seen.add(statement.execute());
                    see(seen, statement.getResultSet());
                    seen.add(statement.getMoreResults());
                    see(seen, statement.getResultSet());
                    statement.executeQuery();
                }
            }
        },
        ROWS_OF_AN_UPDATE {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("UPDATE things SET flag = TRUE")) {
                    statement.executeQuery();
                }
            }
        },
        COUNT_OF_A_QUERY {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT 1")) {
                    statement.executeUpdate();
                }
            }
        },
        ROWS_OF_A_PLAIN_UPDATE {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.createStatement()) {
                    statement.executeQuery("UPDATE things SET flag = TRUE");
                }
            }
        },
        COUNT_OF_A_PLAIN_QUERY {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.createStatement()) {
                    statement.executeUpdate("SELECT 1");
                }
            }
        },
        PARAMETER_FORGOTTEN {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT ?, ?")) {
                    statement.setInt(1, 1);
                    statement.executeQuery();
                }
            }
        },
        PARAMETER_TOO_MUCH {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT ?")) {
                    statement.setInt(2, 1);
                }
            }
        },
        PARAMETER_ZERO {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT ?")) {
                    statement.setString(0, "1");
                }
            }
        },
        PARAMETER_OF_NO_TYPE {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT ?, ?")) {
                    statement.setInt(1, 1);
                    statement.setObject(2, new StringBuilder());
                }
            }
        },
        NO_SUCH_COLUMN {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("SELECT nosuch FROM things")) {
                    statement.executeQuery();
                }
            }
        },
        DUPLICATE_KEY {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                try (var statement = connection.prepareStatement("INSERT INTO things (id) VALUES (?)")) {
                    statement.setInt(1, 1);
                    statement.executeUpdate();
                }
            }
        },
        CLOSED {
            @Override
            void run(Connection connection, List<@Nullable Object> seen) throws SQLException {
                PreparedStatement statement = connection.prepareStatement("SELECT 1");
                seen.add(statement.isClosed());
                statement.close();
                statement.close();
                seen.add(statement.isClosed());
                statement.executeQuery();
            }
        };

        abstract void run(Connection connection, List<@Nullable Object> seen) throws SQLException;

        private static void see(List<@Nullable Object> seen, @Nullable ResultSet rows) throws SQLException {
            if (rows == null) {
                seen.add("no rows");
                return;
            }
            try (rows) {
                while (rows.next()) {
                    for (var i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        seen.add(rows.getString(i));
                    }
                }
            }
        }

        private static void rows(Connection connection, List<@Nullable Object> seen) throws SQLException {
            try (var statement = connection.createStatement()) {
                see(seen, statement.executeQuery("SELECT * FROM things ORDER BY id"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void programSeesTheSame(Program program) throws Exception {
        for (var transaction : List.of(true, false)) {
            var expected = seen(bench.pool, program, transaction);

            var scope = scope(Duration.ofMinutes(10));
            assertThat(virtually(() -> scope.call(() -> seen(bench.bounded, program, transaction))))
                    .isEqualTo(expected);
            assertThat(virtually(() -> scope.call(() -> seen(apart, program, transaction)))).isEqualTo(expected);
            assertThat(seen(bench.bounded, program, transaction)).isEqualTo(expected);
        }
        assertThat(bench.told).doesNotContain("refused database", "stopped STATEMENT EXPIRED");
    }

    private static List<List<@Nullable Object>> seen(DataSource source, Program program, boolean transaction)
            throws SQLException {
        var all = new ArrayList<List<@Nullable Object>>();
        for (var i = 0; i < TIMES; i++) {
            bench.execute("DELETE FROM things");
            bench.execute("INSERT INTO things (id, name, at) VALUES (1, 'one', '2026-01-01'), (2, 'b', '2026-01-01'), (3, 'c', NULL)");
            var seen = new ArrayList<@Nullable Object>();
            try (var connection = source.getConnection()) {
                connection.setAutoCommit(!transaction);
                try {
                    program.run(connection, seen);
                } catch (SQLException e) {
                    seen.add(e.getSQLState() + " " + e.getMessage());
                }
                if (transaction) {
                    connection.rollback();
                }
            }
            all.add(seen);
        }
        return all;
    }
}
