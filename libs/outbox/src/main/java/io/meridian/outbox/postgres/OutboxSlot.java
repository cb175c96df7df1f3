package io.meridian.outbox.postgres;

import io.meridian.outbox.relay.SlotInUseException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.util.PSQLState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service's replication slot, and what must be done before its stream is read: a slot sees only what is committed after its
 * creation, so a new one, or one that PostgreSQL gave up because it held back too much log, is first made complete from the table.
 */
public final class OutboxSlot {

    private static final Logger log = LoggerFactory.getLogger(OutboxSlot.class);

    /** The publication that the library's migration creates. */
    public static final String PUBLICATION = "meridian_outbox";

    /** How long PostgreSQL may take to create a slot: it waits for every transaction that is open. */
    private static final Duration CREATION_TIME = Duration.ofSeconds(30);

    private static final String SLOT = """
            SELECT database = current_database() AS here, database, active, coalesce(wal_status = 'lost', false) AS lost,
                   EXISTS (SELECT FROM outbox_slots WHERE slot = slot_name) AS complete
            FROM pg_replication_slots
            WHERE slot_name = ?
            """;

    private static final String HOLDER = "SELECT active_pid FROM pg_replication_slots WHERE slot_name = ?";

    private static final String FORGET_COMPLETENESS = "DELETE FROM outbox_slots WHERE slot = ?";

    private static final String CREATE = "SELECT pg_create_logical_replication_slot(?, 'pgoutput')";

    /** From PostgreSQL 17 on a standby can keep the slot too, so that it survives a failover. */
    private static final String CREATE_FOR_FAILOVER =
            "SELECT pg_create_logical_replication_slot(?, 'pgoutput', failover => true)";

    private static final String DROP = "SELECT pg_drop_replication_slot(?)";

    private static final String RECORD_COMPLETENESS = """
            INSERT INTO outbox_slots (slot, complete_at)
            VALUES (?, now())
            ON CONFLICT (slot) DO NOTHING
            """;

    /** Ids ascend with time: no event has a lower one. */
    static final UUID FIRST = new UUID(0, 0);

    /** What the table has to say before the stream. */
    public enum Backlog {
        /** The stream continues where it was confirmed last. */
        NOTHING,
        /** Every event of the table, for it is not known what of it has been published. */
        EVERYTHING
    }

    private final String jdbcUrl;
    private final @Nullable String username;
    private final @Nullable String password;
    private final String name;

    /**
     * A slot in the database at {@code jdbcUrl}.
     *
     * @param name lower-case letters, digits and underscores, at most 63 of them; unique in the PostgreSQL cluster
     */
    public OutboxSlot(String jdbcUrl, @Nullable String username, @Nullable String password, String name) {
        if (!name.matches("[a-z0-9_]{1,63}")) {
            throw new IllegalArgumentException(
                    "slot must be 1 to 63 of a-z, 0-9 and _ (meridian.outbox.slot), was \"" + name + "\"");
        }
        this.jdbcUrl = jdbcUrl;
        this.username = username;
        this.password = password;
        this.name = name;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Where its database is. */
    public String jdbcUrl() {
        return jdbcUrl;
    }

    /**
     * Sees to it that the slot can be read, creating it if need be.
     *
     * @throws SlotInUseException if somebody is reading it
     * @throws SQLException if it belongs to another database, or PostgreSQL cannot be asked
     */
    public Backlog prepare() throws SQLException, SlotInUseException {
        try (var connection = connect()) {
            var backlog = existing(connection);
            if (backlog != null) {
                return backlog;
            }
            execute(connection, FORGET_COMPLETENESS);
            execute(connection, supportsFailover(connection) ? CREATE_FOR_FAILOVER : CREATE);
            log.info("Created replication slot {}", name);
            return Backlog.EVERYTHING;
        }
    }

    /** The backlog of the slot there is; null if there is none, or none any more. */
    private @Nullable Backlog existing(Connection connection) throws SQLException, SlotInUseException {
        try (var query = connection.prepareStatement(SLOT)) {
            query.setString(1, name);
            try (var row = query.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                requireUsable(row);
                if (!row.getBoolean("lost")) {
                    return row.getBoolean("complete") ? Backlog.NOTHING : Backlog.EVERYTHING;
                }
            }
        }
        log.warn("PostgreSQL gave up slot {}, which held back too much log: publishing from the table", name);
        execute(connection, DROP);
        return null;
    }

    private void requireUsable(ResultSet row) throws SQLException, SlotInUseException {
        if (!row.getBoolean("here")) {
            throw new SQLException("slot %s must belong to the outbox's database, belongs to %s; set meridian.outbox.slot"
                    .formatted(name, row.getString("database")));
        }
        if (row.getBoolean("active")) {
            throw new SlotInUseException("slot " + name + " is active");
        }
    }

    private static boolean supportsFailover(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() >= 17;
    }

    private void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            statement.setQueryTimeout(Math.toIntExact(CREATION_TIME.toSeconds()));
            statement.execute();
        }
    }

    /** Opens the table at that event. */
    TableReading tableFrom(UUID event) throws SQLException {
        return new TableReading(connect(), event);
    }

    /** Remembers that everything the table held before the stream began has been published. */
    void isComplete() throws SQLException {
        try (var connection = connect()) {
            execute(connection, RECORD_COMPLETENESS);
        }
    }

    /**
     * Asks whether that backend of PostgreSQL is the one that reads the slot.
     *
     * @throws SQLException if it is not
     */
    public void requireHeldBy(int backend) throws SQLException {
        try (var connection = connect();
                var query = connection.prepareStatement(HOLDER)) {
            query.setString(1, name);
            try (var row = query.executeQuery()) {
                var holder = row.next() ? row.getObject(1, Integer.class) : null;
                if (holder == null || holder != backend) {
                    throw new SQLException("slot %s must be held by this relay (backend %d), is held by %s"
                            .formatted(name, backend, holder == null ? "nobody" : "backend " + holder));
                }
            }
        }
    }

    /**
     * Asks whether anybody reads the slot; for a reader that does not know its own backend.
     *
     * @throws SQLException if nobody does
     */
    public void requireHeld() throws SQLException {
        try (var connection = connect();
                var query = connection.prepareStatement(HOLDER)) {
            query.setString(1, name);
            try (var row = query.executeQuery()) {
                if (!row.next() || row.getObject(1) == null) {
                    throw new SQLException("slot %s must be held by this relay, is held by nobody".formatted(name));
                }
            }
        }
    }

    /** What it means that a stream cannot be started: another reader was faster, or a fault. */
    static Exception asRefusal(SQLException e) {
        return PSQLState.OBJECT_IN_USE.getState().equals(e.getSQLState())
                ? new SlotInUseException(String.valueOf(e.getMessage()))
                : e;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl, properties());
    }

    Properties properties() {
        var properties = new Properties();
        if (username != null) {
            PGProperty.USER.set(properties, username);
        }
        if (password != null) {
            PGProperty.PASSWORD.set(properties, password);
        }
        PGProperty.APPLICATION_NAME.set(properties, name);
        PGProperty.CONNECT_TIMEOUT.set(properties, 5);
        PGProperty.LOGIN_TIMEOUT.set(properties, 10);
        PGProperty.SOCKET_TIMEOUT.set(properties, Math.toIntExact(CREATION_TIME.toSeconds()) + 10);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        return properties;
    }

    /** Closes without saying goodbye: the server may no longer listen, and the slot forgets nothing. */
    static void abandon(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            log.debug("Closing a broken connection failed", e);
        }
    }
}
