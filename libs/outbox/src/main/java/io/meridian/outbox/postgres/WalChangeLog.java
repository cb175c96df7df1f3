package io.meridian.outbox.postgres;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.HeaderJson;
import io.meridian.outbox.relay.Change;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.SlotInUseException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.postgresql.util.PSQLState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's write-ahead log as a change log: one logical replication slot per service, which remembers the confirmed position and
 * lets in one reader at a time.
 *
 * <p>A slot sees only what is committed after its creation. So a new one, or one that PostgreSQL gave up because it held back too much
 * log, is first made complete: everything the table holds is read before the stream, and what was published before comes again.
 */
public final class WalChangeLog implements ChangeLog {

    private static final Logger log = LoggerFactory.getLogger(WalChangeLog.class);

    static final String PUBLICATION = "meridian_outbox";

    /** How long PostgreSQL may take to create a slot: it waits for every transaction that is open. */
    private static final Duration CREATION_TIME = Duration.ofSeconds(30);
    /** Sign of life; PostgreSQL gives up a silent reader after wal_sender_timeout, 60 s by default. */
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(10);
    /** Confirmations are sent at most this often; what is confirmed later is repeated after a crash. */
    private static final Duration CONFIRMATION_INTERVAL = Duration.ofMillis(250);

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

    private static final String ALL_EVENTS = """
            SELECT id, topic, aggregate_id, type, payload, headers, occurred_at
            FROM outbox_events
            ORDER BY sequence
            """;

    private static final String RECORD_COMPLETENESS = """
            INSERT INTO outbox_slots (slot, complete_at)
            VALUES (?, now())
            ON CONFLICT (slot) DO NOTHING
            """;

    private final String jdbcUrl;
    private final @Nullable String username;
    private final @Nullable String password;
    private final String slot;
    private final LongSupplier nanoClock;

    /**
     * A change log in the database at {@code jdbcUrl}.
     *
     * @param slot lower-case letters, digits and underscores, at most 63 of them; unique in the PostgreSQL cluster
     */
    public WalChangeLog(
            String jdbcUrl,
            @Nullable String username,
            @Nullable String password,
            String slot,
            LongSupplier nanoClock) {
        if (!slot.matches("[a-z0-9_]{1,63}")) {
            throw new IllegalArgumentException(
                    "slot must be 1 to 63 of a-z, 0-9 and _ (meridian.outbox.slot), was \"" + slot + "\"");
        }
        this.jdbcUrl = jdbcUrl;
        this.username = username;
        this.password = password;
        this.slot = slot;
        this.nanoClock = nanoClock;
    }

    @Override
    public String slot() {
        return slot;
    }

    @Override
    public Reading open() throws SQLException, SlotInUseException {
        boolean complete = prepareSlot();
        var connection = DriverManager.getConnection(jdbcUrl, replicationProperties());
        try {
            var stream = start(connection);
            var table = complete ? null : new TableReading(DriverManager.getConnection(jdbcUrl, properties()));
            return new WalReading(connection, stream, table);
        } catch (SQLException e) {
            abandon(connection);
            if (PSQLState.OBJECT_IN_USE.getState().equals(e.getSQLState())) {
                throw new SlotInUseException(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /** Returns whether everything before the slot's beginning has been published. */
    private boolean prepareSlot() throws SQLException, SlotInUseException {
        try (var connection = DriverManager.getConnection(jdbcUrl, properties())) {
            try (var query = connection.prepareStatement(SLOT)) {
                query.setString(1, slot);
                try (var row = query.executeQuery()) {
                    if (row.next()) {
                        requireUsable(row);
                        if (!row.getBoolean("lost")) {
                            return row.getBoolean("complete");
                        }
                        log.warn("PostgreSQL gave up slot {}, which held back too much log: publishing from the table", slot);
                        execute(connection, DROP);
                    }
                }
            }
            execute(connection, FORGET_COMPLETENESS);
            execute(connection, supportsFailover(connection) ? CREATE_FOR_FAILOVER : CREATE);
            log.info("Created replication slot {}", slot);
            return false;
        }
    }

    private void requireUsable(ResultSet row) throws SQLException, SlotInUseException {
        if (!row.getBoolean("here")) {
            throw new SQLException("slot %s must belong to the outbox's database, belongs to %s; set meridian.outbox.slot"
                    .formatted(slot, row.getString("database")));
        }
        if (row.getBoolean("active")) {
            throw new SlotInUseException("slot " + slot + " is active");
        }
    }

    private static boolean supportsFailover(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() >= 17;
    }

    private void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, slot);
            statement.setQueryTimeout(Math.toIntExact(CREATION_TIME.toSeconds()));
            statement.execute();
        }
    }

    private PGReplicationStream start(Connection connection) throws SQLException {
        return connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(slot)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", PUBLICATION)
                .withStatusInterval(Math.toIntExact(STATUS_INTERVAL.toMillis()), TimeUnit.MILLISECONDS)
                .withAutomaticFlush(false)
                .start();
    }

    private Properties properties() {
        var properties = new Properties();
        if (username != null) {
            PGProperty.USER.set(properties, username);
        }
        if (password != null) {
            PGProperty.PASSWORD.set(properties, password);
        }
        PGProperty.APPLICATION_NAME.set(properties, slot);
        PGProperty.CONNECT_TIMEOUT.set(properties, 5);
        PGProperty.LOGIN_TIMEOUT.set(properties, 10);
        PGProperty.SOCKET_TIMEOUT.set(properties, Math.toIntExact(CREATION_TIME.toSeconds()) + 10);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        return properties;
    }

    private Properties replicationProperties() {
        var properties = properties();
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        // Values come as text: let no setting of the role or the database change what they look like.
        PGProperty.OPTIONS.set(properties, "-c bytea_output=hex -c datestyle=ISO");
        return properties;
    }

    /** Closes without saying goodbye: the server may no longer listen, and the slot forgets nothing. */
    private static void abandon(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            log.debug("Closing a broken replication connection failed", e);
        }
    }

    private final class WalReading implements Reading {

        private final Connection connection;
        private final PGReplicationStream stream;
        private final PgOutput decoder = new PgOutput();
        private @Nullable TableReading table;
        private boolean completing;
        private long confirmed;
        private long sent;
        private long lastSign = nanoClock.getAsLong();

        WalReading(Connection connection, PGReplicationStream stream, @Nullable TableReading table) {
            this.connection = connection;
            this.stream = stream;
            this.table = table;
            this.completing = table != null;
        }

        @Override
        public @Nullable Change poll() throws Exception {
            sendConfirmation();
            if (table != null) {
                return pollTable(table);
            }
            var message = stream.readPending();
            return message == null ? null : decoder.decode(message);
        }

        private Change pollTable(TableReading rows) throws SQLException {
            keepAlive();
            var event = rows.next();
            if (event != null) {
                return new Change.Appended(event);
            }
            rows.close();
            table = null;
            return new Change.Committed(stream.getLastReceiveLSN().asLong());
        }

        @Override
        public void confirm(long position) throws SQLException {
            if (completing) { // the first position to be confirmed is the one after the last row of the table
                recordCompleteness();
                completing = false;
            }
            confirmed = position;
            sendConfirmation();
        }

        private void recordCompleteness() throws SQLException {
            try (var own = DriverManager.getConnection(jdbcUrl, properties())) {
                execute(own, RECORD_COMPLETENESS);
            }
        }

        private void sendConfirmation() throws SQLException {
            if (confirmed > sent && hasPassed(CONFIRMATION_INTERVAL)) {
                flush();
            }
        }

        @Override
        public long read() {
            return stream.getLastReceiveLSN().asLong();
        }

        @Override
        public void keepAlive() throws SQLException {
            if (hasPassed(STATUS_INTERVAL)) {
                flush();
            } else {
                sendConfirmation();
            }
        }

        @Override
        public void requireHeld() throws SQLException {
            int ours = connection.unwrap(PGConnection.class).getBackendPID();
            try (var own = DriverManager.getConnection(jdbcUrl, properties());
                    var query = own.prepareStatement(HOLDER)) {
                query.setString(1, slot);
                try (var row = query.executeQuery()) {
                    var holder = row.next() ? row.getObject(1, Integer.class) : null;
                    if (holder == null || holder != ours) {
                        throw new SQLException("slot %s must be held by this relay (backend %d), is held by %s"
                                .formatted(slot, ours, holder == null ? "nobody" : "backend " + holder));
                    }
                }
            }
        }

        @Override
        public void end() throws SQLException {
            flush();
            stream.close();
        }

        private void flush() throws SQLException {
            if (confirmed > 0) {
                var position = LogSequenceNumber.valueOf(confirmed);
                stream.setFlushedLSN(position);
                stream.setAppliedLSN(position);
            }
            stream.forceUpdateStatus();
            sent = confirmed;
            lastSign = nanoClock.getAsLong();
        }

        private boolean hasPassed(Duration interval) {
            return nanoClock.getAsLong() - lastSign >= interval.toNanos();
        }

        @Override
        public void close() {
            if (table != null) {
                table.close();
            }
            abandon(connection);
        }
    }

    /** Every event the table holds, in the order of appending, on a connection of its own and a few at a time. */
    private static final class TableReading {

        private static final int FETCH_SIZE = 100;

        private final Connection connection;
        private final PreparedStatement query;
        private final ResultSet rows;

        TableReading(Connection connection) throws SQLException {
            this.connection = connection;
            try {
                connection.setAutoCommit(false);
                connection.setReadOnly(true);
                this.query = connection.prepareStatement(ALL_EVENTS);
                query.setFetchSize(FETCH_SIZE);
                this.rows = query.executeQuery();
            } catch (SQLException e) {
                abandon(connection);
                throw e;
            }
        }

        @Nullable StoredEvent next() throws SQLException {
            if (!rows.next()) {
                return null;
            }
            return new StoredEvent(
                    rows.getObject("id", UUID.class),
                    rows.getString("topic"),
                    rows.getString("aggregate_id"),
                    rows.getString("type"),
                    rows.getBytes("payload"),
                    HeaderJson.read(rows.getString("headers")),
                    rows.getObject("occurred_at", OffsetDateTime.class).toInstant());
        }

        void close() {
            abandon(connection);
        }
    }
}
