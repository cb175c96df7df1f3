package io.meridian.outbox.postgres;

import io.meridian.outbox.relay.Change;
import io.meridian.outbox.relay.ChangeLog;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * PostgreSQL's write-ahead log as a change log, read through the driver's replication stream: one logical replication slot per
 * service, which remembers the confirmed position and lets in one reader at a time. Reads what was appended to the table as well as
 * what was appended as logical messages; {@link OutboxSlot} says what the table itself has to say before.
 */
public final class WalChangeLog implements ChangeLog {

    /** Sign of life; PostgreSQL gives up a silent reader after wal_sender_timeout, 60 s by default. */
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(10);
    /** Confirmations are sent at most this often; what is confirmed later is repeated after a crash. */
    private static final Duration CONFIRMATION_INTERVAL = Duration.ofMillis(250);

    private final OutboxSlot slot;
    private final LongSupplier nanoClock;

    /** A change log of that slot. */
    public WalChangeLog(OutboxSlot slot, LongSupplier nanoClock) {
        this.slot = slot;
        this.nanoClock = nanoClock;
    }

    @Override
    public String slot() {
        return slot.name();
    }

    @Override
    public Reading open() throws Exception {
        var backlog = slot.prepare();
        var connection = DriverManager.getConnection(slot.jdbcUrl(), replicationProperties());
        try {
            return OutboxReading.of(slot, backlog, new WalStream(connection, start(connection)));
        } catch (SQLException e) {
            OutboxSlot.abandon(connection);
            throw OutboxSlot.asRefusal(e);
        }
    }

    private PGReplicationStream start(Connection connection) throws SQLException {
        return connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(slot.name())
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", OutboxSlot.PUBLICATION)
                .withSlotOption("binary", true)
                .withSlotOption("messages", true)
                .withStatusInterval(Math.toIntExact(STATUS_INTERVAL.toMillis()), TimeUnit.MILLISECONDS)
                .withAutomaticFlush(false)
                .start();
    }

    private Properties replicationProperties() {
        var properties = slot.properties();
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return properties;
    }

    private final class WalStream implements OutboxStream {

        private final Connection connection;
        private final PGReplicationStream stream;
        private final PgOutput decoder = new PgOutput();
        private long confirmed;
        private long sent;
        private long lastSign = nanoClock.getAsLong();

        WalStream(Connection connection, PGReplicationStream stream) {
            this.connection = connection;
            this.stream = stream;
        }

        /** What concerns nobody is passed over at once, so that null means that there is nothing more. */
        @Override
        public @Nullable Change poll() throws Exception {
            sendConfirmation();
            for (var message = stream.readPending(); message != null; message = stream.readPending()) {
                var change = decoder.decode(message);
                if (change != null) {
                    return change;
                }
            }
            return null;
        }

        @Override
        public @Nullable UUID repeatFrom() {
            return decoder.takeRepetition();
        }

        @Override
        public void confirm(long position) throws SQLException {
            confirmed = position;
            sendConfirmation();
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
            slot.requireHeldBy(connection.unwrap(PGConnection.class).getBackendPID());
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
            OutboxSlot.abandon(connection);
        }
    }
}
