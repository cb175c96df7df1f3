package io.meridian.deadline.jdbc;

import static io.meridian.deadline.jdbc.Bench.scope;
import static io.meridian.deadline.jdbc.Bench.virtually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of ends at random moments. */
@Isolated("a cancel request that takes a second costs a connection, as it should")
class ExpiryCampaignIT {

    private static final Duration AWHILE = Duration.ofSeconds(30);

    /** What a statement may be seen to run on for on a machine that does much else; a budget is a fiftieth of that at most. */
    private static final Duration GENEROUS = Duration.ofSeconds(1);

    private static final int WORKERS = 8;
    private static final int EXPIRIES_EACH = 400;
    private static final int RACES = 400;

    @Test
    void noExpiryLeavesAStatementOrTakesAConnection() throws Exception {
        try (var bench = bench(WORKERS / 2)) {
            var before = bench.backends();
            var over = new AtomicBoolean();
            var lingering = new ArrayList<Long>();
            var watching = Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    lingering.addAll(lingering(bench));
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            });

            var failures = inParallel(worker -> expiries(bench, new Random(worker)));
            over.set(true);
            assertThat(watching.join(AWHILE)).isTrue();

            assertThat(failures).hasSize(WORKERS * EXPIRIES_EACH).allMatch(SQLTimeoutException.class::isInstance);
            assertThat(lingering).isEmpty();
            await().atMost(AWHILE).until(() -> bench.active().isEmpty());
            assertThat(bench.backends()).isEqualTo(before);
            assertThat(bench.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            assertThat(timeoutsOfAll(bench)).containsOnly("0");
            assertThat(new HashSet<>(bench.told))
                    .contains("stopped POOL EXPIRED", "stopped STATEMENT EXPIRED", "refused database");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cancelNeverMeetsTheNextStatement(long seed) throws Exception {
        try (var bench = bench(1)) {
            var random = new Random(seed);
            var before = bench.backends();
            var cancelled = 0;
            try (var connection = bench.bounded.getConnection()) {
                for (var i = 0; i < RACES; i++) {
                    connection.setAutoCommit(random.nextBoolean());
                    cancelled += virtually(() -> race(connection, random)) ? 1 : 0;
                }
            }

            assertThat(cancelled).isBetween(1, RACES - 1);
            assertThat(bench.backends()).isEqualTo(before);
        }
    }

    /** Returns whether the cancel came in time; what follows on the same connection succeeds either way. */
    private static boolean race(Connection connection, Random random) throws Exception {
        var scope = scope(AWHILE.multipliedBy(10));
        var ask = Ask.values()[random.nextInt(Ask.values().length)];
        var pauseNanos = random.nextInt(4_000_000);
        var seconds = random.nextInt(4) / 1000.0;
        var cancelling = Thread.ofVirtual().start(() -> {
            LockSupport.parkNanos(pauseNanos);
            scope.cancel();
        });

        var failure = scope.call(() -> catchThrowable(() -> ask.run(connection, seconds)));
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
        scope(AWHILE).run(() -> {
            assertThat(catchThrowable(() -> Ask.PREPARED.run(connection, 0.001))).isNull();
            assertThat(catchThrowable(() -> Ask.COMMAND.run(connection, 0.001))).isNull();
        });
        if (!connection.getAutoCommit()) {
            connection.commit();
        }

        cancelling.join();
        if (failure != null) {
            assertThat(failure).isInstanceOf(SQLTimeoutException.class);
        }
        return failure != null;
    }

    private static List<Throwable> expiries(Bench bench, Random random) {
        var failures = new ArrayList<Throwable>();
        for (var i = 0; i < EXPIRIES_EACH; i++) {
            var ask = Ask.values()[random.nextInt(Ask.values().length)];
            var transaction = random.nextBoolean();
            var scope = scope(Duration.ofNanos(random.nextInt((int) GENEROUS.toNanos() / 50)));
            failures.add(scope.call(() -> catchThrowable(() -> {
                try (var connection = bench.bounded.getConnection()) {
                    connection.setAutoCommit(!transaction);
                    ask.run(connection, 60);
                }
            })));
        }
        return failures;
    }

    private static Bench bench(int size) throws SQLException {
        var bench = new Bench(size, JdbcSettings.USUAL);
        bench.execute(Ask.SLOW_TABLE);
        await().atMost(AWHILE).until(() -> bench.backends().size() == size);
        for (var ask : Ask.values()) {
            try (var connection = bench.bounded.getConnection()) {
                ask.run(connection, 0);
            }
        }
        return bench;
    }

    private static List<Long> lingering(Bench bench) {
        try {
            return bench.activeSince(GENEROUS);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> timeoutsOfAll(Bench bench) throws SQLException {
        var timeouts = new ArrayList<String>();
        var borrowed = new ArrayList<Connection>();
        for (var i = 0; i < bench.pool.getMaximumPoolSize(); i++) {
            var connection = bench.pool.getConnection();
            borrowed.add(connection);
            try (var rows = connection.createStatement().executeQuery("SHOW statement_timeout")) {
                rows.next();
                timeouts.add(rows.getString(1));
            }
        }
        for (var connection : borrowed) {
            connection.close();
        }
        return timeouts;
    }

    private static List<Throwable> inParallel(IntFunction<List<Throwable>> work) throws Exception {
        var futures = new ArrayList<Future<List<Throwable>>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var worker = 0; worker < WORKERS; worker++) {
                var number = worker;
                futures.add(threads.submit((Callable<List<Throwable>>) () -> work.apply(number)));
            }
        }
        var all = new ArrayList<Throwable>();
        for (var future : futures) {
            all.addAll(future.get());
        }
        return all;
    }
}
