package io.meridian.outbox.debezium;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.debezium.connector.postgresql.PostgresConnector;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.meridian.outbox.postgres.OutboxReading;
import io.meridian.outbox.postgres.OutboxSlot;
import io.meridian.outbox.postgres.OutboxStream;
import io.meridian.outbox.relay.Change;
import io.meridian.outbox.relay.ChangeLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's write-ahead log as a change log, read through an embedded Debezium, from the same slot and with the same backlog as
 * {@link io.meridian.outbox.postgres.WalChangeLog}; for who has Debezium anyway, or trusts it more.
 *
 * <p>Debezium keeps no position of its own here, the slot is the only one. What it hands over at once is confirmed at once, so a crash
 * repeats a batch where the plain stream repeats a transaction. It does not tell which of PostgreSQL's backends reads for it, so
 * {@link Reading#requireHeld} only knows that somebody holds the slot and that this engine has not ended.
 */
public final class DebeziumChangeLog implements ChangeLog {

    private static final Logger log = LoggerFactory.getLogger(DebeziumChangeLog.class);

    /** Events Debezium hands over at once; the relay's own bound is smaller, so a batch is never what waits. */
    private static final int BATCH = 1024;
    /** Debezium looks at its queue so often; less would be a wait in front of every event, more a busy processor. */
    private static final Duration LOOK = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final Duration END_TIME = Duration.ofSeconds(10);

    private final OutboxSlot slot;
    private final @Nullable String username;
    private final @Nullable String password;

    /** A change log of that slot. */
    public DebeziumChangeLog(OutboxSlot slot, @Nullable String username, @Nullable String password) {
        this.slot = slot;
        this.username = username;
        this.password = password;
    }

    @Override
    public String slot() {
        return slot.name();
    }

    @Override
    public Reading open() throws Exception {
        var backlog = slot.prepare();
        return OutboxReading.of(slot, backlog, new EngineStream(configuration()));
    }

    private Properties configuration() {
        var address = Driver.parseURL(slot.jdbcUrl(), new Properties());
        if (address == null) {
            throw new IllegalArgumentException("expected a URL of PostgreSQL, found " + slot.jdbcUrl());
        }
        var properties = new Properties();
        properties.setProperty("name", slot.name());
        properties.setProperty("connector.class", PostgresConnector.class.getName());
        properties.setProperty("tasks.max", "1");
        properties.setProperty("topic.prefix", slot.name());
        properties.setProperty("database.hostname", address.getProperty("PGHOST"));
        properties.setProperty("database.port", address.getProperty("PGPORT"));
        properties.setProperty("database.dbname", address.getProperty("PGDBNAME"));
        if (username != null) {
            properties.setProperty("database.user", username);
        }
        if (password != null) {
            properties.setProperty("database.password", password);
        }
        properties.setProperty("plugin.name", "pgoutput");
        properties.setProperty("slot.name", slot.name());
        properties.setProperty("slot.drop.on.stop", "false");
        properties.setProperty("slot.max.retries", "0");
        properties.setProperty("publication.name", OutboxSlot.PUBLICATION);
        properties.setProperty("publication.autocreate.mode", "disabled");
        properties.setProperty("table.include.list", ".*\\.outbox_events");
        properties.setProperty("binary.handling.mode", "bytes");
        properties.setProperty("tombstones.on.delete", "false");
        // The slot knows where to go on; a store of offsets beside it could only disagree.
        properties.setProperty("snapshot.mode", "no_data");
        properties.setProperty("offset.storage", MemoryOffsetBackingStore.class.getName());
        properties.setProperty("offset.flush.interval.ms", "0");
        // The relay tries again itself, from the confirmed position.
        properties.setProperty("errors.max.retries", "0");
        properties.setProperty("max.batch.size", Integer.toString(BATCH));
        properties.setProperty("max.queue.size", Integer.toString(8 * BATCH));
        properties.setProperty("poll.interval.ms", Long.toString(LOOK.toMillis()));
        return properties;
    }

    /** What Debezium handed over at once, until that is confirmed. */
    private record Batch(
            long position,
            List<RecordChangeEvent<SourceRecord>> records,
            RecordCommitter<RecordChangeEvent<SourceRecord>> committer) {

        void confirm() throws InterruptedException {
            for (var each : records) {
                committer.markProcessed(each);
            }
            committer.markBatchFinished();
        }
    }

    private final class EngineStream implements OutboxStream {

        private final BlockingQueue<Change> changes = new ArrayBlockingQueue<>(2 * BATCH);
        private final DebeziumRecords records = new DebeziumRecords();
        private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
        private final Thread thread;
        private final Queue<Batch> unconfirmed = new ConcurrentLinkedQueue<>();
        private volatile boolean closing;
        private volatile @Nullable Throwable failure;
        private boolean closed;

        EngineStream(Properties configuration) {
            engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                    .using(configuration)
                    .using((DebeziumEngine.CompletionCallback) this::ended)
                    .notifying(this::handOver)
                    .build();
            thread = Thread.ofPlatform().daemon().name("outbox-debezium").start(engine);
        }

        private void ended(boolean success, String message, @Nullable Throwable error) {
            failure = error != null ? error : new IOException("Debezium has ended: " + message);
        }

        /**
         * On Debezium's thread. Does not wait until the batch is confirmed: an engine that waits here does not notice that its connection is
         * gone.
         */
        private void handOver(
                List<RecordChangeEvent<SourceRecord>> batch,
                RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
                throws InterruptedException {
            if (batch.isEmpty()) {
                return;
            }
            for (var each : batch) {
                var change = records.read(each.record());
                if (change != null && !offer(change)) {
                    return;
                }
            }
            long position = records.position();
            unconfirmed.add(new Batch(position, batch, committer));
            offer(new Change.Committed(position));
        }

        private boolean offer(Change change) throws InterruptedException {
            while (!closing) {
                if (changes.offer(change, PATIENCE.toMillis(), MILLISECONDS)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public @Nullable Change poll() throws Exception {
            var change = changes.poll();
            if (change == null) {
                requireAlive();
            }
            return change;
        }

        private void requireAlive() throws IOException {
            var cause = failure;
            if (cause != null) {
                throw new IOException(String.valueOf(cause.getMessage()), cause);
            }
        }

        @Override
        public @Nullable UUID repeatFrom() {
            return records.takeRepetition();
        }

        @Override
        public void confirm(long position) throws InterruptedException {
            for (var batch = unconfirmed.peek(); batch != null && batch.position() <= position; batch = unconfirmed.peek()) {
                batch.confirm();
                unconfirmed.remove();
            }
        }

        /** Debezium shows nothing of what is of no interest; what it is shown of our heartbeats moves the slot. */
        @Override
        public long read() {
            return 0;
        }

        @Override
        public void keepAlive() throws IOException {
            requireAlive(); // Debezium shows itself alive
        }

        @Override
        public void requireHeld() throws Exception {
            requireAlive();
            slot.requireHeld();
        }

        /** Gives Debezium a moment to tell PostgreSQL what it was told. */
        @Override
        public void end() {
            close();
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            closing = true;
            try {
                engine.close();
                if (!thread.join(END_TIME)) {
                    log.warn("Debezium did not end within {} s", END_TIME.toSeconds());
                    thread.interrupt();
                }
            } catch (IOException | IllegalStateException e) {
                log.debug("Closing Debezium failed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                thread.interrupt();
            }
        }
    }
}
