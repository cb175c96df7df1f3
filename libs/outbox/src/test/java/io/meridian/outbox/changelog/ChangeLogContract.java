package io.meridian.outbox.changelog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.Appending;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.outbox.postgres.OutboxSlot;
import io.meridian.outbox.relay.Change;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.ChangeLog.Reading;
import io.meridian.outbox.relay.SlotInUseException;
import io.meridian.testkit.Database;
import io.meridian.testkit.ManualTime;
import io.meridian.testkit.Parts;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The promises of {@link ChangeLog}; each reader, and each way of appending, keeps them. */
abstract class ChangeLogContract {

    private final ManualTime time = new ManualTime();
    private final Database database = Parts.postgres().freshDatabase();
    private final DriverManagerDataSource dataSource =
            new DriverManagerDataSource(database.jdbcUrl(), database.username(), database.password());
    private final PlatformTransactionManager transactions = new DataSourceTransactionManager(dataSource);
    private final TransactionTemplate transaction = new TransactionTemplate(transactions);
    private final Outbox outbox =
            new Outbox(dataSource, List.of(() -> Map.of("trace", "ü")), time.instants(), 100_000, appending(), () -> {});
    private final OutboxSlot slot =
            new OutboxSlot(database.jdbcUrl(), database.username(), database.password(), database.name() + "_contract");
    final JdbcClient jdbc = JdbcClient.create(dataSource);

    abstract Appending appending();

    abstract ChangeLog log(OutboxSlot slot, Database database);

    @BeforeEach
    void migrate() {
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:io/meridian/outbox/db")
                .load()
                .migrate();
    }

    @AfterEach
    void drop() {
        Parts.postgres().drop(database);
    }

    @Test
    void committedEventsComeWholeAndInOrderAndRolledBackOnesNever() throws Exception {
        try (var reading = open()) {
            var appended = time.now();
            var id = append("a", "first");
            transaction.executeWithoutResult(status -> {
                outbox.append(event("a", "never"));
                status.setRollbackOnly();
            });
            append("a", "second");
            append("b", "");

            var events = read(reading, 3).events;

            assertThat(events).extracting(ChangeLogContract::words).containsExactly("first", "second", "");
            var first = events.getFirst();
            assertThat(first.id()).isEqualTo(id);
            assertThat(first.topic()).isEqualTo("t.v1");
            assertThat(first.aggregateId()).isEqualTo("a");
            assertThat(first.type()).isEqualTo("T");
            assertThat(first.headers()).containsEntry("trace", "ü");
            assertThat(first.occurredAt()).isEqualTo(appended);
        }
    }

    @Test
    void transactionThatCommitsLaterComesLaterWhoeverBeganFirst() throws Exception {
        try (var reading = open()) {
            var slow = transactions.getTransaction(TransactionDefinition.withDefaults());
            outbox.append(event("a", "began first"));
            inAnotherThread(() -> append("b", "committed first"));
            transactions.commit(slow);

            assertThat(read(reading, 2).events)
                    .extracting(ChangeLogContract::words)
                    .containsExactly("committed first", "began first");
        }
    }

    @Test
    void whatWasReadAndNotConfirmedComesAgain() throws Exception {
        try (var reading = open()) {
            append("a", 0, 5);
            read(reading, 5);
        }

        try (var again = reopen()) {
            assertThat(read(again, 5).events).extracting(ChangeLogContract::words).containsExactlyElementsOf(numbered(0, 5));
        }
    }

    @Test
    void readingGoesOnAtTheConfirmedPosition() throws Exception {
        try (var reading = open()) {
            append("a", 0, 50);
            reading.confirm(read(reading, 50).position);
            append("a", 50, 60);
            read(reading, 10);
            reading.end();
        }

        try (var next = reopen()) {
            var words = read(next, 10).events.stream().map(ChangeLogContract::words).toList();
            // The last confirmed one may come again: a reader may hear of a position only with the next event.
            assertThat(words.stream().filter(it -> !it.equals("no 49")).toList())
                    .startsWith("no 50")
                    .isEqualTo(numbered(50, 50 + (int) words.stream().filter(it -> !it.equals("no 49")).count()));
        }
    }

    @Test
    void secondReaderIsRefusedAndTheFirstReadsOn() throws Exception {
        try (var reading = open()) {
            append("a", "before");
            read(reading, 1);

            assertThatExceptionOfType(SlotInUseException.class).isThrownBy(() -> log(slot, database).open());

            append("a", "after");
            assertThat(read(reading, 1).events).extracting(ChangeLogContract::words).containsExactly("after");
            reading.requireHeld();
        }
    }

    @Test
    void readerWhoseConnectionIsCutIsToldSoAndTheNextOneReadsOn() throws Exception {
        try (var reading = open()) {
            append("a", "before");
            read(reading, 1);
            jdbc.sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = :slot")
                    .param("slot", slot.name())
                    .query((row, _) -> row.getBoolean(1))
                    .single();

            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(5)).until(() -> fails(reading));
        }

        append("a", "after");
        try (var next = reopen()) {
            assertThat(read(next, 2).events).extracting(ChangeLogContract::words).containsExactly("before", "after");
        }
    }

    private static boolean fails(Reading reading) {
        try {
            reading.poll();
            reading.keepAlive();
            return false;
        } catch (Exception expected) {
            return true;
        }
    }

    /** A first reading, past whatever the table has to say before it. */
    final Reading open() throws Exception {
        var reading = log(slot, database).open();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> confirmedTable(reading));
        return reading;
    }

    private static boolean confirmedTable(Reading reading) throws Exception {
        if (reading.poll() instanceof Change.Committed(var position)) {
            reading.confirm(position);
            return true;
        }
        return false;
    }

    final Reading reopen() throws Exception {
        var log = log(slot, database);
        return Objects.requireNonNull(await().atMost(Duration.ofSeconds(60)).until(() -> tryOpen(log), Objects::nonNull));
    }

    private static @Nullable Reading tryOpen(ChangeLog log) throws Exception {
        try {
            return log.open();
        } catch (SlotInUseException e) {
            return null; // the last reader's backend is on its way out
        }
    }

    record Read(List<StoredEvent> events, long position) {}

    /** So many events at least, and the end of the transaction of the last one. */
    static Read read(Reading reading, int count) {
        var events = new ArrayList<StoredEvent>();
        var position = new long[1];
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(1)).pollDelay(Duration.ZERO).until(() -> {
            for (var change = reading.poll(); change != null; change = reading.poll()) {
                switch (change) {
                    case Change.Appended(var event) -> events.add(event);
                    case Change.Committed(var at) -> {
                        position[0] = at;
                        if (events.size() >= count) {
                            return true;
                        }
                    }
                }
            }
            return false;
        });
        return new Read(events, position[0]);
    }

    final UUID append(String aggregateId, String words) {
        var id = Objects.requireNonNull(transaction.execute(_ -> outbox.append(event(aggregateId, words))));
        time.advance(Duration.ofMillis(1));
        return id;
    }

    final void append(String aggregateId, int from, int to) {
        numbered(from, to).forEach(words -> append(aggregateId, words));
    }

    static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "no " + i).toList();
    }

    static String words(StoredEvent event) {
        return new String(event.payload(), UTF_8);
    }

    private static OutgoingEvent event(String aggregateId, String words) {
        return new OutgoingEvent("t.v1", aggregateId, "T", words.getBytes(UTF_8));
    }

    private static void inAnotherThread(Runnable work) throws InterruptedException {
        Thread.ofVirtual().name("another").start(work).join(Duration.ofSeconds(60));
    }

    final void execute(String sql) throws Exception {
        try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.username(), database.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    final OutboxSlot slot() {
        return slot;
    }
}
