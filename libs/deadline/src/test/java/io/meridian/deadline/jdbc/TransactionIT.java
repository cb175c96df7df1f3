package io.meridian.deadline.jdbc;

import static io.meridian.deadline.jdbc.Bench.scope;
import static io.meridian.deadline.jdbc.Bench.virtually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.meridian.deadline.DeadlineListeners;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server is told in the course of a transaction, and what becomes of a transaction that nobody waits for. */
class TransactionIT {

    private static final Duration AWHILE = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration BUDGET = Duration.ofMillis(400);

    private static final String IN_FORCE =
            "SELECT (extract(epoch FROM current_setting('statement_timeout')::INTERVAL) * 1000)::BIGINT";

    private static Bench bench;

    /** Takes a round trip to tell the server. */
    private static DeadlineDataSource apart;

    @BeforeAll
    static void open() throws SQLException {
        bench = new Bench(1, JdbcSettings.USUAL);
        apart = new DeadlineDataSource(
                bench.pool,
                new JdbcSettings(false, JdbcSettings.USUAL.slack(), JdbcSettings.USUAL.patience()),
                DeadlineListeners.NONE,
                bench.missing);
        bench.execute("CREATE TABLE entries (id INT PRIMARY KEY)");
        bench.execute("CREATE TABLE slowly (id INT PRIMARY KEY)");
        bench.execute("""
                CREATE FUNCTION slow_down() RETURNS TRIGGER LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_sleep(NEW.id / 1000.0); RETURN NULL; END'""");
        bench.execute("""
                CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON slowly DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION slow_down()""");
    }

    @AfterAll
    static void close() throws SQLException {
        bench.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        bench.execute("TRUNCATE entries, slowly");
        bench.told.clear();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void serverIsToldWhatRemainsAndAgainWhenItHasBecomeLess(boolean together) throws Exception {
        var source = together ? bench.bounded : apart;
        virtually(() -> scope(LONG).call(() -> {
            try (var connection = source.getConnection()) {
                connection.setAutoCommit(false);
                var first = inForce(connection);
                assertThat(first).isBetween(LONG.toMillis() - AWHILE.toMillis(), LONG.toMillis());

                await().until(() -> inForce(connection) < first);
                connection.commit();
            }
            return true;
        }));
        assertThat(leftBehind()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void narrowerScopeHasItsOwnTimeoutAndTheWiderItsOwnAgain(boolean together) throws Exception {
        var source = together ? bench.bounded : apart;
        virtually(() -> {
            var wide = scope(LONG);
            return wide.call(() -> {
                try (var connection = source.getConnection()) {
                    connection.setAutoCommit(false);
                    assertThat(inForce(connection)).isGreaterThan(AWHILE.toMillis());
                    assertThat(wide.within(AWHILE).call(() -> inForce(connection)))
                            .isLessThanOrEqualTo(AWHILE.toMillis());
                    assertThat(inForce(connection)).isGreaterThan(AWHILE.toMillis());
                    connection.commit();
                }
                return true;
            });
        });
    }

    @Test
    void useOutsideTheScopeIsUnboundedAgain() throws Exception {
        try (var connection = scope(LONG).call(bench.bounded::getConnection)) {
            connection.setAutoCommit(false);
            assertThat(scope(LONG).call(() -> inForce(connection))).isPositive();
            assertThat(inForce(connection)).isZero();
            connection.rollback();
        }
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void nothingIsLeftBehind(boolean together, boolean transaction) throws Exception {
        var source = together ? bench.bounded : apart;
        for (var end : List.of("success", "error", "rollback", "just returned")) {
            virtually(() -> scope(LONG).call(() -> {
                try (var connection = source.getConnection()) {
                    connection.setAutoCommit(!transaction);
                    insert(connection, 1);
                    try (var statement = connection.createStatement()) {
                        statement.execute("DO 'BEGIN END'");
                    }
                    switch (end) {
                        case "success" -> commit(connection);
                        case "error" -> assertThat(catchThrowable(() -> insert(connection, 1))).isInstanceOf(SQLException.class);
                        case "rollback" -> rollback(connection);
                        default -> {}
                    }
                }
                return true;
            }));

            assertThat(leftBehind()).as(end).isZero();
            bench.execute("TRUNCATE entries");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void savepointTakesBackWhatTheServerWasToldAndItIsToldAgain(boolean together) throws Exception {
        var source = together ? bench.bounded : apart;
        var failure = virtually(() -> scope(LONG).call(() -> {
            try (var connection = source.getConnection()) {
                connection.setAutoCommit(false);
                var start = connection.setSavepoint();
                insert(connection, 1);
                connection.rollback(start);
                assertThat(inForce(connection)).isPositive();

                var again = connection.setSavepoint();
                assertThat(catchThrowable(() -> {
                            insert(connection, 2);
                            insert(connection, 2);
                        }))
                        .isInstanceOf(SQLException.class);
                connection.rollback(again);
                assertThat(inForce(connection)).isPositive();

                connection.rollback(start);
                return scope(BUDGET).call(() -> catchThrowable(() -> Ask.PREPARED.run(connection, 60)));
            }
        }));

        assertThat(failure).isInstanceOf(SQLTimeoutException.class);
        assertThat(leftBehind()).isZero();
    }

    @Test
    void textOfATransactionIsUnderstood() throws Exception {
        virtually(() -> scope(LONG).call(() -> {
            try (var connection = bench.bounded.getConnection();
                    var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
                insert(connection, 1);
                statement.execute("SAVEPOINT a");
                assertThat(catchThrowable(() -> insert(connection, 1))).isInstanceOf(SQLException.class);
                statement.execute("ROLLBACK TO SAVEPOINT a");
                assertThat(inForce(connection)).isPositive();
                connection.commit();
            }
            return true;
        }));
        assertThat(bench.number("SELECT count(*) FROM entries")).isEqualTo(1);
    }

    @Test
    void commandMayBeATransactionsFirst() throws Exception {
        virtually(() -> scope(LONG).call(() -> {
            try (var connection = apart.getConnection();
                    var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("LOCK TABLE entries");
                statement.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
                assertThat(inForce(connection)).isPositive();
                connection.rollback();
            }
            return true;
        }));
    }

    @Test
    void commitIsRefusedWhenNobodyWaitsAndNothingIsApplied() throws Exception {
        var before = bench.backends();
        var scope = scope(LONG);
        virtually(() -> scope.call(() -> {
            try (var connection = bench.bounded.getConnection()) {
                connection.setAutoCommit(false);
                insert(connection, 1);
                scope.cancel();

                assertThat(catchThrowable(connection::commit))
                        .isInstanceOf(SQLTimeoutException.class)
                        .hasMessageContaining("rolled back instead of committed");
                connection.setAutoCommit(true);
            }
            return true;
        }));

        assertThat(bench.number("SELECT count(*) FROM entries")).isZero();
        assertThat(bench.told).containsExactly("refused database");
        assertThat(bench.backends()).isEqualTo(before);
    }

    @Test
    void turningAutocommitOnIsACommitToo() throws Exception {
        var scope = scope(LONG);
        virtually(() -> scope.call(() -> {
            try (var connection = bench.bounded.getConnection()) {
                connection.setAutoCommit(false);
                insert(connection, 1);
                scope.cancel();
                assertThat(catchThrowable(() -> connection.setAutoCommit(true))).isInstanceOf(SQLTimeoutException.class);
            }
            return true;
        }));
        assertThat(bench.number("SELECT count(*) FROM entries")).isZero();
        try (var connection = bench.pool.getConnection()) {
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    @Test
    void commitThatWasSentIsWaitedForWhenTheCallerLeaves() throws Exception {
        var before = bench.backends();
        var scope = scope(LONG);
        Thread.ofVirtual().start(() -> {
            await().atMost(AWHILE).until(() -> bench.number(
                            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'COMMIT'")
                    == 1);
            scope.cancel();
        });
        virtually(() -> scope.call(() -> {
            try (var connection = bench.bounded.getConnection();
                    var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.executeUpdate("INSERT INTO slowly VALUES (2000)");
                connection.commit();
                assertThat(scope.isOver()).isTrue();
            }
            return true;
        }));
        assertThat(bench.number("SELECT count(*) FROM slowly")).isEqualTo(1);
        assertThat(bench.backends()).isEqualTo(before);
    }

    @Test
    void commitThatWasSentIsWaitedForBeyondTheDeadline() throws Exception {
        var scope = scope(Duration.ofSeconds(2));
        virtually(() -> scope.call(() -> {
            try (var connection = bench.bounded.getConnection();
                    var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.executeUpdate("INSERT INTO slowly VALUES (2500)");
                connection.commit();
                assertThat(scope.isOver()).isTrue();
            }
            return true;
        }));

        assertThat(bench.number("SELECT count(*) FROM slowly")).isEqualTo(1);
        assertThat(bench.told).isEmpty();
        assertThat(leftBehind()).isZero();
    }

    @Test
    void readOnlyTransactionIsBoundedToo() throws Exception {
        var failures = virtually(() -> scope(BUDGET).call(() -> {
            var thrown = new ArrayList<Throwable>();
            try (var connection = bench.bounded.getConnection()) {
                connection.setReadOnly(true);
                connection.setAutoCommit(false);
                thrown.add(catchThrowable(() -> insert(connection, 1)));
                connection.rollback();
                thrown.add(catchThrowable(() -> Ask.PREPARED.run(connection, 60)));
            }
            return thrown;
        }));

        assertThat(failures.get(0)).hasMessageContaining("read-only");
        assertThat(failures.get(1)).isInstanceOf(SQLTimeoutException.class);
        assertThat(bench.number("SELECT count(*) FROM entries")).isZero();
    }

    private static void insert(Connection connection, int id) throws SQLException {
        try (var statement = connection.prepareStatement("INSERT INTO entries VALUES (?)")) {
            statement.setInt(1, id);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private static void commit(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }

    private static void rollback(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }

    private static long inForce(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(IN_FORCE);
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** What a connection has that the pool has back. */
    private static long leftBehind() throws SQLException {
        try (var connection = bench.pool.getConnection()) {
            return inForce(connection);
        }
    }
}
