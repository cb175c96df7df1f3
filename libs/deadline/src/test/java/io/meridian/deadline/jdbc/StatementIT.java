package io.meridian.deadline.jdbc;

import static io.meridian.deadline.jdbc.Bench.scope;
import static io.meridian.deadline.jdbc.Bench.virtually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.meridian.deadline.DeadlineListeners;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that take longer than anybody waits for them. */
class StatementIT {

    private static final Duration AWHILE = Duration.ofSeconds(30);

    /** Enough to begin in, on a busy machine. */
    private static final Duration BUDGET = Duration.ofMillis(400);

    /** Longer than any test takes, so that what ended early was ended. */
    private static final double FOREVER = 60;

    private static Bench bench;

    /** Leaves the server so much time that what ends before was ended by itself. */
    private static DeadlineDataSource serverOnly;

    @BeforeAll
    static void open() throws SQLException {
        bench = new Bench(1, JdbcSettings.USUAL);
        var patient = new JdbcSettings(true, JdbcSettings.USUAL.slack(), JdbcSettings.MOST_PATIENCE);
        serverOnly = new DeadlineDataSource(bench.pool, patient, DeadlineListeners.NONE, bench.missing);
        bench.execute(Ask.SLOW_TABLE);
        for (var ask : Ask.values()) {
            try (var connection = bench.bounded.getConnection()) {
                ask.run(connection, 0); // so that no test spends its budget on loading classes
            }
        }
    }

    @AfterAll
    static void close() throws SQLException {
        bench.close();
    }

    @BeforeEach
    void forget() {
        bench.told.clear();
    }

    @ParameterizedTest
    @CsvSource({
        "PREPARED,true", "PREPARED_UPDATE,true", "PLAIN,true", "COMMAND,true", "BATCH,true", "KEYS,true", "CALL,true",
        "CURSOR,true", "PREPARED,false", "PREPARED_UPDATE,false", "PLAIN,false", "COMMAND,false", "BATCH,false", "KEYS,false",
        "CALL,false", "CURSOR,false"
    })
    void statementEndsAtTheDeadlineAndTheConnectionSurvives(Ask ask, boolean transaction) throws Exception {
        var before = bench.backends();
        var begun = System.nanoTime();

        var failure = virtually(() -> scope(BUDGET).call(() -> failureOf(bench.bounded, ask, transaction)));

        assertThat(failure).isInstanceOf(SQLTimeoutException.class).hasCauseInstanceOf(SQLException.class);
        assertThat(((SQLException) failure).getSQLState()).isEqualTo("57014");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(BUDGET, Duration.ofSeconds(20));
        assertThat(bench.told).containsExactly("stopped STATEMENT EXPIRED");
        await().atMost(AWHILE).until(() -> bench.active().isEmpty());
        assertThat(timeoutInForce(bench.pool.getConnection())).isEqualTo("0");
        assertThat(bench.backends()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "PREPARED,true", "PREPARED_UPDATE,true", "PLAIN,true", "COMMAND,true", "KEYS,true", "CALL,true", "PREPARED,false",
        "PREPARED_UPDATE,false", "PLAIN,false"
    })
    void serverEndsItByItself(Ask ask, boolean transaction) throws Exception {
        var begun = System.nanoTime();

        var failure = virtually(() -> scope(BUDGET).call(() -> failureOf(serverOnly, ask, transaction)));

        assertThat(failure).isInstanceOf(SQLTimeoutException.class).hasMessageContaining("statement timeout");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(JdbcSettings.MOST_PATIENCE);
    }

    @ParameterizedTest
    @EnumSource(Ask.class)
    void statementEndsWhenTheCallerIsGone(Ask ask) throws Exception {
        var before = bench.backends();
        for (var transaction : List.of(true, false)) {
            bench.told.clear();
            var scope = scope(AWHILE.multipliedBy(10));
            Thread.ofVirtual().start(() -> {
                await().atMost(AWHILE).until(() -> !bench.active().isEmpty());
                scope.cancel();
            });

            var failure = virtually(() -> scope.call(() -> failureOf(bench.bounded, ask, transaction)));

            assertThat(failure).isInstanceOf(SQLTimeoutException.class).hasMessageContaining("the caller is gone");
            assertThat(bench.told).containsExactly("stopped STATEMENT CALLER_GONE");
            await().atMost(AWHILE).until(() -> bench.active().isEmpty());
            assertThat(bench.backends()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitingForALockEndsAtTheDeadline(boolean transaction) throws Exception {
        bench.execute("CREATE TABLE IF NOT EXISTS locked (id INT PRIMARY KEY)");
        bench.execute("INSERT INTO locked VALUES (1) ON CONFLICT DO NOTHING");
        try (var holder = bench.open()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("SELECT * FROM locked FOR UPDATE");

            var failure = virtually(() -> scope(BUDGET).call(() -> catchThrowable(() -> {
                try (var connection = bench.bounded.getConnection()) {
                    connection.setAutoCommit(!transaction);
                    connection.prepareStatement("UPDATE locked SET id = 1").executeUpdate();
                }
            })));

            assertThat(failure).isInstanceOf(SQLTimeoutException.class);
            await().atMost(AWHILE).until(() -> bench.waitingForLocks().isEmpty());
        }
    }

    /** The negative control: what becomes of it without the library. */
    @Test
    void withoutDeadlinesTheInterruptBreaksTheConnectionAndTheStatementRunsOn() throws Exception {
        var before = bench.backends();

        var failure = virtually(() -> scope(BUDGET).call(() -> failureOf(bench.pool, Ask.PREPARED, false)));

        assertThat(failure).isInstanceOf(SQLException.class).isNotInstanceOf(SQLTimeoutException.class);
        assertThat(bench.active()).isEqualTo(before);
        bench.number("SELECT pg_terminate_backend(%d)::INT".formatted(before.getFirst()));
        await().atMost(AWHILE).until(() -> !bench.backends().contains(before.getFirst()));
    }

    @Test
    void nothingIsBegunWhenTheScopeIsOver() throws Exception {
        bench.execute("CREATE SEQUENCE IF NOT EXISTS steps");
        var scope = scope(AWHILE);

        virtually(() -> scope.call(() -> {
            try (var connection = bench.bounded.getConnection();
                    var prepared = connection.prepareStatement("SELECT nextval('steps')");
                    var plain = connection.createStatement()) {
                scope.cancel();
                assertThat(catchThrowable(prepared::executeQuery)).isInstanceOf(SQLTimeoutException.class);
                assertThat(catchThrowable(() -> plain.executeQuery("SELECT nextval('steps')")))
                        .isInstanceOf(SQLTimeoutException.class);
                assertThat(catchThrowable(bench.bounded::getConnection)).isInstanceOf(SQLTimeoutException.class);
            }
            return true;
        }));

        assertThat(bench.told).containsExactly("refused database", "refused database", "refused database");
        assertThat(bench.number("SELECT last_value - is_called::INT FROM steps")).isEqualTo(1);
        assertThat(bench.number("SELECT is_called::INT FROM steps")).isZero();
    }

    /** The driver asks the server about a type that it meets for the first time on a connection, and about tables. */
    @Test
    void endBetweenTheRowsCostsNoConnection() throws Exception {
        bench.execute("CREATE TYPE mood AS ENUM ('calm', 'busy')");
        bench.execute("CREATE TABLE moods (mood mood NOT NULL)");
        bench.execute("INSERT INTO moods VALUES ('calm'), ('busy')");
        var before = bench.backends();
        var scope = scope(AWHILE);

        virtually(() -> scope.call(() -> {
            try (var connection = bench.bounded.getConnection();
                    var statement = connection.prepareStatement("SELECT mood, ARRAY[mood] FROM moods ORDER BY mood");
                    var rows = statement.executeQuery()) {
                scope.cancel();
                assertThat(Thread.currentThread().isInterrupted()).isTrue();

                assertThat(rows.next()).isTrue();
                assertThat(rows.getObject(1)).isEqualTo("calm");
                assertThat(rows.getArray(2).getArray()).isEqualTo(new Object[] {"calm"});
                assertThat(rows.getMetaData().getTableName(1)).isEqualTo("moods");
                assertThat(rows.getMetaData().isNullable(1)).isEqualTo(ResultSetMetaData.columnNoNulls);
                assertThat(rows.next()).isTrue();
                assertThat(connection.getMetaData().getSchemaTerm()).isEqualTo("schema");
            }
            return true;
        }));

        assertThat(bench.backends()).isEqualTo(before);
        assertThat(timeoutInForce(bench.pool.getConnection())).isEqualTo("0");
    }

    @Test
    void shorterTimeoutOfTheConnectionsOwnStays() throws Exception {
        try (var other = new Bench(1, JdbcSettings.USUAL, it -> it.setConnectionInitSql("SET statement_timeout = '200ms'"))) {
            for (var transaction : List.of(true, false)) {
                var failure = virtually(() -> scope(AWHILE).call(() -> failureOf(other.bounded, Ask.PREPARED, transaction)));

                assertThat(failure).isInstanceOf(SQLException.class).isNotInstanceOf(SQLTimeoutException.class);
                assertThat(((SQLException) failure).getSQLState()).isEqualTo("57014");
                assertThat(timeoutInForce(other.pool.getConnection())).isEqualTo("200ms");
            }
        }
    }

    @Test
    void queryTimeoutOfTheUsersOwnStays() throws Exception {
        var failure = virtually(() -> scope(AWHILE.multipliedBy(10)).call(() -> catchThrowable(() -> {
            try (var connection = bench.bounded.getConnection();
                    var statement = connection.prepareStatement("SELECT pg_sleep(60)")) {
                statement.setQueryTimeout(1);
                assertThat(statement.getQueryTimeout()).isEqualTo(1);
                statement.executeQuery();
            }
        })));

        assertThat(((SQLException) failure).getSQLState()).isEqualTo("57014");
        assertThat(failure).isNotInstanceOf(SQLTimeoutException.class);
    }

    @Test
    void missingScopeIsToldOncePerConnection() throws Exception {
        try (var connection = bench.bounded.getConnection()) {
            Ask.PREPARED.run(connection, 0);
            Ask.PLAIN.run(connection, 0);
        }
        assertThat(bench.told).containsExactly("missing STATEMENT");

        try (var connection = scope(AWHILE).call(bench.bounded::getConnection)) {
            Ask.PREPARED.run(connection, 0);
            Ask.PLAIN.run(connection, 0);
        }
        assertThat(bench.told).containsExactly("missing STATEMENT", "missing STATEMENT");
    }

    private static Throwable failureOf(DataSource source, Ask ask, boolean transaction) {
        return catchThrowable(() -> {
            try (var connection = source.getConnection()) {
                connection.setAutoCommit(!transaction);
                ask.run(connection, FOREVER);
            }
        });
    }

    private static String timeoutInForce(Connection borrowed) throws SQLException {
        try (borrowed;
                var rows = borrowed.createStatement().executeQuery("SHOW statement_timeout")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
