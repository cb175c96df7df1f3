package io.meridian.deadline.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.Stage;
import io.meridian.testkit.Database;
import io.meridian.testkit.Parts;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** A pool of a database of its own, once as it is and once with deadlines, and somebody who watches the server. */
final class Bench implements AutoCloseable {

    private static final String NAME = "bench";

    private final Database database = Parts.postgres().freshDatabase();
    private final Connection observer = open();

    /** As the service would have it without the library. */
    final HikariDataSource pool;

    final List<String> told = new CopyOnWriteArrayList<>();
    final MissingDeadline missing;
    final DeadlineDataSource bounded;

    Bench(int size, JdbcSettings settings) {
        this(size, settings, _ -> {});
    }

    Bench(int size, JdbcSettings settings, Consumer<HikariConfig> adapted) {
        var config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.username());
        config.setPassword(database.password());
        config.setMaximumPoolSize(size);
        config.addDataSourceProperty("ApplicationName", NAME);
        adapted.accept(config);
        pool = new HikariDataSource(config);
        var listener = new Told(told);
        missing = new MissingDeadline(MissingDeadline.Policy.COUNT, listener);
        missing.watch();
        bounded = new DeadlineDataSource(pool, settings, listener, missing);
    }

    static DeadlineScope scope(Duration budget) {
        return DeadlineScope.root("test", Deadline.after(budget));
    }

    /** On a virtual thread, where an interrupt closes the socket that is read. */
    static <T> T virtually(Callable<T> work) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.submit(work).get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }

    /** The server's processes of the pool, in the order they were started. */
    List<Long> backends() throws SQLException {
        return backends("TRUE");
    }

    /** Those of them that execute something. */
    List<Long> active() throws SQLException {
        return backends("state = 'active'");
    }

    /** Those of them that have executed a statement for longer than this. */
    List<Long> activeSince(Duration least) throws SQLException {
        return backends("state = 'active' AND clock_timestamp() - query_start > INTERVAL '%d ms'"
                .formatted(least.toMillis()));
    }

    List<Long> waitingForLocks() throws SQLException {
        return backends("state = 'active' AND wait_event_type = 'Lock'");
    }

    private synchronized List<Long> backends(String condition) throws SQLException {
        try (var statement = observer.createStatement();
                var rows = statement.executeQuery(
                        "SELECT pid FROM pg_stat_activity WHERE datname = '%s' AND application_name = '%s' AND (%s) ORDER BY 1"
                                .formatted(database.name(), NAME, condition))) {
            var pids = new ArrayList<Long>();
            while (rows.next()) {
                pids.add(rows.getLong(1));
            }
            return pids;
        }
    }

    /** By the observer, outside the pool. */
    synchronized void execute(String sql) throws SQLException {
        try (var statement = observer.createStatement()) {
            statement.execute(sql);
        }
    }

    /** By the observer, outside the pool. */
    synchronized long number(String sql) throws SQLException {
        try (var statement = observer.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** A connection beside the pool. */
    Connection open() {
        try {
            return DriverManager.getConnection(database.jdbcUrl(), database.username(), database.password());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        try (observer) {
            pool.close();
        }
        Parts.postgres().drop(database);
    }

    private record Told(List<String> told) implements DeadlineListener {

        @Override
        public void stopped(Stage stage, Ending ending) {
            told.add("stopped " + stage + " " + ending);
        }

        @Override
        public void refusedBeforeDispatch(String hop, Duration left) {
            told.add("refused " + hop);
        }

        @Override
        public void missing(Stage stage) {
            told.add("missing " + stage);
        }
    }
}
