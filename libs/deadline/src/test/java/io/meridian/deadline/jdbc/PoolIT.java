package io.meridian.deadline.jdbc;

import static io.meridian.deadline.jdbc.Bench.scope;
import static io.meridian.deadline.jdbc.Bench.virtually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waiting for a connection of a pool whose only one is lent. */
class PoolIT {

    private static final Duration AWHILE = Duration.ofSeconds(30);
    private static final Duration BUDGET = Duration.ofMillis(300);

    private final Bench bench = new Bench(1, JdbcSettings.USUAL, it -> it.setConnectionTimeout(AWHILE.toMillis()));

    @BeforeEach
    void forget() {
        bench.told.clear();
    }

    @AfterEach
    void close() throws SQLException {
        bench.close();
    }

    @Test
    void waitingEndsAtTheDeadline() throws Exception {
        var before = bench.backends();
        try (var _ = bench.pool.getConnection()) {
            var begun = System.nanoTime();

            var failure = virtually(() -> {
                var thrown = scope(BUDGET).call(() -> catchThrowable(bench.bounded::getConnection));
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                return thrown;
            });

            assertThat(failure)
                    .isInstanceOf(SQLTimeoutException.class)
                    .hasMessageStartingWith("the deadline passed: ")
                    .hasCauseInstanceOf(SQLException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(BUDGET, AWHILE.dividedBy(2));
            assertThat(bench.told).containsExactly("stopped POOL EXPIRED");
            assertThat(bench.pool.getHikariPoolMXBean().getThreadsAwaitingConnection()).isZero();
        }
        noneIsLost();
        assertThat(bench.backends()).isEqualTo(before);
    }

    @Test
    void waitingEndsWhenTheCallerIsGone() throws Exception {
        try (var _ = bench.pool.getConnection()) {
            var scope = scope(AWHILE.multipliedBy(10));
            Thread.ofVirtual().start(() -> {
                await().atMost(AWHILE)
                        .until(() -> bench.pool.getHikariPoolMXBean().getThreadsAwaitingConnection() == 1);
                scope.cancel();
            });

            var failure = virtually(() -> scope.call(() -> catchThrowable(bench.bounded::getConnection)));

            assertThat(failure).isInstanceOf(SQLTimeoutException.class).hasMessageStartingWith("the caller is gone: ");
            assertThat(bench.told).containsExactly("stopped POOL CALLER_GONE");
        }
        noneIsLost();
    }

    @Test
    void poolsOwnTimeoutStaysAsItWas() throws Exception {
        try (var other = new Bench(1, JdbcSettings.USUAL, it -> it.setConnectionTimeout(250))) {
            try (var _ = other.pool.getConnection()) {
                var failure = virtually(() -> scope(AWHILE).call(() -> catchThrowable(other.bounded::getConnection)));

                assertThat(failure).isInstanceOf(SQLTransientConnectionException.class);
                assertThat(other.told).isEmpty();
            }
        }
    }

    @Test
    void interruptOfSomebodyElseStaysAsItWas() throws Exception {
        try (var _ = bench.pool.getConnection()) {
            var failure = virtually(() -> scope(AWHILE).call(() -> {
                Thread.currentThread().interrupt();
                var thrown = catchThrowable(bench.bounded::getConnection);
                assertThat(Thread.interrupted()).isTrue();
                return thrown;
            }));

            assertThat(failure).isInstanceOf(SQLException.class).isNotInstanceOf(SQLTimeoutException.class);
            assertThat(bench.told).isEmpty();
        }
    }

    /** The negative control. */
    @Test
    void withoutAScopeWaitingGoesOn() throws Exception {
        try (var lent = bench.pool.getConnection()) {
            var waiting = Thread.ofVirtual().start(() -> {
                try (var _ = bench.bounded.getConnection()) {
                    bench.told.add("got one");
                } catch (SQLException e) {
                    bench.told.add(e.toString());
                }
            });
            assertThat(waiting.join(BUDGET.multipliedBy(2))).isFalse();
            lent.close();
            assertThat(waiting.join(AWHILE)).isTrue();
        }
        assertThat(bench.told).containsExactly("missing STATEMENT", "got one");
    }

    private void noneIsLost() throws SQLException {
        try (var connection = bench.pool.getConnection()) {
            assertThat(connection.isValid(30)).isTrue();
        }
        assertThat(bench.pool.getHikariPoolMXBean().getTotalConnections()).isEqualTo(1);
        assertThat(bench.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
}
