package io.meridian.deadline.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The ways to have the server do something that takes this many seconds. */
enum Ask {
    PREPARED {
        @Override
        void run(Connection connection, double seconds) throws SQLException {
            try (var statement = connection.prepareStatement("SELECT pg_sleep(?), 'slept'")) {
                statement.setDouble(1, seconds);
                drain(statement.executeQuery());
            }
        }
    },
    PREPARED_UPDATE {
        @Override
        void run(Connection connection, double seconds) throws SQLException {
            try (var statement = connection.prepareStatement(SLOW_UPDATE)) {
                statement.setDouble(1, seconds);
                statement.executeUpdate();
            }
        }
    },
    PLAIN {
        @Override
        void run(Connection connection, double seconds) throws SQLException {
            try (var statement = connection.createStatement()) {
                drain(statement.executeQuery("SELECT pg_sleep(%s)".formatted(seconds)));
            }
        }
    },
    COMMAND {
        @Override
        void run(Connection connection, double seconds) throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute("DO $$ BEGIN PERFORM pg_sleep(%s); END $$".formatted(seconds));
            }
        }
    },
    BATCH {
        @Override
        void run(Connection connection, double seconds) throws SQLException {
            try (var statement = connection.prepareStatement(SLOW_UPDATE)) {
                // Each for itself is short enough.
                for (var i = 0; i < 100; i++) {
                    statement.setDouble(1, seconds / 100);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }
    },
    KEYS {
        @Override
        void run(Connection connection, double seconds) throws SQLException {
            try (var statement = connection.prepareStatement(
                    "INSERT INTO slow (payload) SELECT 'k' FROM pg_sleep(?)", Statement.RETURN_GENERATED_KEYS)) {
                statement.setDouble(1, seconds);
                statement.executeUpdate();
                drain(statement.getGeneratedKeys());
            }
        }
    },
    CALL {
        @Override
        void run(Connection connection, double seconds) throws SQLException {
            try (var statement = connection.prepareCall("{call pg_sleep(?)}")) {
                statement.setDouble(1, seconds);
                statement.execute();
            }
        }
    },
    CURSOR {
        @Override
        void run(Connection connection, double seconds) throws SQLException {
            try (var statement = connection.prepareStatement("SELECT pg_sleep(?) FROM generate_series(1, 100)")) {
                statement.setFetchSize(5);
                statement.setDouble(1, seconds / 100);
                drain(statement.executeQuery());
            }
        }
    };

    static final String SLOW_TABLE =
            "CREATE TABLE slow (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload TEXT)";

    private static final String SLOW_UPDATE = "INSERT INTO slow (payload) SELECT 'u' FROM pg_sleep(?)";

    abstract void run(Connection connection, double seconds) throws SQLException;

    static void drain(@Nullable ResultSet rows) throws SQLException {
        try (rows) {
            while (rows != null && rows.next()) {
                rows.getString(1);
            }
        }
    }
}
