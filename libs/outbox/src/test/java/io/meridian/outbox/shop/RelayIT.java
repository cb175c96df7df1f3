package io.meridian.outbox.shop;

import static io.meridian.outbox.RelayStatus.State.STANDBY;
import static io.meridian.outbox.RelayStatus.State.STREAMING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.postgres.WalChangeLog;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.Publisher;
import io.meridian.outbox.relay.Relay;
import io.meridian.outbox.relay.RelaySettings;
import io.meridian.testkit.Parts;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.core.ConditionFactory;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaAdmin;

@ShopTest
class RelayIT {

    private final Sayings sayings;
    private final Relay relay;
    private final ChangeLog changeLog;
    private final Publisher publisher;
    private final JdbcConnectionDetails database;
    private final JdbcClient jdbc;
    private final KafkaAdmin kafkaAdmin;
    private final String key = "a-" + UUID.randomUUID();
    private final TopicReader topic = new TopicReader(Shop.SAID);

    RelayIT(
            Sayings sayings,
            Relay relay,
            ChangeLog changeLog,
            Publisher publisher,
            JdbcConnectionDetails database,
            JdbcClient jdbc,
            KafkaAdmin kafkaAdmin) {
        this.sayings = sayings;
        this.relay = relay;
        this.changeLog = changeLog;
        this.publisher = publisher;
        this.database = database;
        this.jdbc = jdbc;
        this.kafkaAdmin = kafkaAdmin;
    }

    @BeforeEach
    void relayStreams() {
        relay.start();
        eventually().until(() -> relay.status().state() == STREAMING);
    }

    @AfterEach
    void closeTopic() {
        topic.close();
    }

    @Test
    void eventIsPublishedIfAndOnlyIfItsTransactionCommits() {
        sayings.say(key, "first");
        sayings.sayAndRollBack(key, "never");
        sayings.say(key, "last");

        eventually().until(() -> topic.words(key).contains("last"));
        assertThat(topic.words(key)).containsExactly("first", "last");
    }

    @Test
    void eventCarriesItsEnvelopeAndTheHeadersOfItsAppending() {
        var id = sayings.say(key, "hello");

        eventually().until(() -> topic.records(key).size() == 1);
        var headers = topic.records(key).getFirst().headers();
        assertThat(new String(headers.lastHeader("ce_id").value())).isEqualTo(id.toString());
        assertThat(headers.headers("ce_id")).hasSize(1);
        assertThat(new String(headers.lastHeader("ce_type").value())).isEqualTo("shop.v1.Said");
        assertThat(new String(headers.lastHeader("ce_source").value())).isEqualTo("shop-under-test");
        assertThat(Instant.parse(new String(headers.lastHeader("ce_time").value())))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(new String(headers.lastHeader("traceparent").value()))
                .isEqualTo("00-" + Thread.currentThread().threadId() + "-01");
        assertThat(id.version()).isEqualTo(7);
    }

    @Test
    void eventsOfEachAggregateArriveInTheOrderOfTheirCommits() throws Exception {
        var keys = IntStream.range(0, 12).mapToObj(i -> key + "-" + i).toList();

        saySimultaneously(keys, 50);

        for (var each : keys) {
            eventually().until(() -> topic.firstWords(each).size() == 50);
            assertThat(topic.firstWords(each)).containsExactlyElementsOf(numbered(50));
        }
    }

    @Test
    void nothingIsLostWhenTheRelayStopsAndStartsAmidAStream() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var saying = threads.submit(() -> numbered(300).forEach(words -> sayings.say(key, words)));
            for (int restart = 0; restart < 5; restart++) {
                relay.stop();
                relay.start();
            }
            saying.get();
        }

        eventually().until(() -> topic.firstWords(key).size() == 300);
        assertThat(topic.firstWords(key)).containsExactlyElementsOf(numbered(300));
    }

    @Test
    void whatIsSaidWhileNobodyRelaysIsPublishedAfterwards() {
        relay.stop();
        sayings.say(key, "meanwhile");

        relay.start();

        eventually().until(() -> topic.words(key).equals(List.of("meanwhile")));
    }

    @Test
    void relayGoesOnAfterPostgresWasKilled() {
        say(key, 0, 50);
        Parts.postgres().kill();
        Parts.postgres().start();
        say(key, 50, 100);

        eventually().until(() -> topic.firstWords(key).size() == 100);
        assertThat(topic.firstWords(key)).containsExactlyElementsOf(numbered(100));
    }

    @Test
    void relayGoesOnWhenItsConnectionIsTerminated() {
        say(key, 0, 5);
        long failuresBefore = relay.status().failures();
        jdbc.sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = :slot")
                .param("slot", changeLog.slot())
                .query((row, _) -> row.getBoolean(1))
                .single();
        say(key, 5, 10);

        eventually().until(() -> topic.firstWords(key).size() == 10);
        eventually().until(() -> relay.status().failures() > failuresBefore);
        assertThat(topic.firstWords(key)).containsExactlyElementsOf(numbered(10));
    }

    @Test
    void nothingIsConfirmedWhileKafkaIsPausedAndEverythingArrivesAfterwards() {
        say(key, 0, 10);
        eventually().until(() -> topic.words(key).size() == 10);
        Parts.kafka().pause();
        try {
            say(key, 10, 60);
            long end = currentWal();
            eventually().until(() -> relay.status().inFlight() > 0);
            assertThat(confirmedWal()).isLessThan(end);
        } finally {
            Parts.kafka().resume();
        }

        eventually().until(() -> topic.firstWords(key).size() == 60);
        assertThat(topic.firstWords(key)).containsExactlyElementsOf(numbered(60));
    }

    @Test
    void relayGoesOnAfterKafkaWasKilled() {
        say(key, 0, 20);
        Parts.kafka().kill();
        say(key, 20, 40);
        Parts.kafka().start();
        say(key, 40, 60);

        eventually().until(() -> topic.firstWords(key).size() == 60);
        assertThat(topic.firstWords(key)).containsExactlyElementsOf(numbered(60));
    }

    @Test
    void missingTopicIsCreatedWhenItIsMissed() throws Exception {
        try (var admin = Admin.create(kafkaAdmin.getConfigurationProperties())) {
            admin.deleteTopics(List.of(Shop.RARELY_SAID)).all().get();
            eventually().until(() -> !admin.listTopics().names().get().contains(Shop.RARELY_SAID));

            sayings.say(Shop.RARELY_SAID, key, "hello");
            sayings.say(key, "after it");

            eventually().until(() -> admin.listTopics().names().get().contains(Shop.RARELY_SAID));
        }
        try (var rare = new TopicReader(Shop.RARELY_SAID)) {
            eventually().until(() -> rare.words(key).contains("hello"));
        }
        eventually().until(() -> topic.words(key).contains("after it"));
    }

    @Test
    void lostSlotIsReplacedAndTheTablePublishedOnce() {
        relay.stop();
        dropSlot();
        say(key, 0, 10);

        relay.start();

        eventually().until(() -> topic.words(key).size() == 10);
        assertThat(topic.words(key)).containsExactlyElementsOf(numbered(10));
        relay.stop();
        relay.start();
        sayings.say(key, "afterwards");
        eventually().until(() -> topic.words(key).contains("afterwards"));
        assertThat(topic.words(key)).hasSize(11);
    }

    @Test
    void publishingOfTheTableStartsAgainWhenItWasCutShort() {
        relay.stop();
        dropSlot();
        say(key, 0, 10);
        long failuresBefore = relay.status().failures();
        Parts.kafka().pause();
        try {
            relay.start();
            eventually().until(() -> relay.status().failures() > failuresBefore);
            relay.stop(); // with the slot created and nothing of the table known to have arrived
        } finally {
            Parts.kafka().resume();
        }

        relay.start();

        eventually().until(() -> topic.firstWords(key).size() == 10);
        assertThat(topic.firstWords(key)).containsExactlyElementsOf(numbered(10));
        eventually()
                .until(() -> jdbc.sql("SELECT count(*) FROM outbox_slots WHERE slot = :slot")
                                .param("slot", changeLog.slot())
                                .query(Long.class)
                                .single()
                        == 1);
    }

    @Test
    void secondInstanceStandsByAndTakesOver() {
        var second = new Relay(
                new WalChangeLog(
                        database.getJdbcUrl(),
                        database.getUsername(),
                        database.getPassword(),
                        changeLog.slot(),
                        System::nanoTime),
                publisher,
                settings(),
                List.of(),
                System::nanoTime,
                InstantSource.system());
        second.start();
        try {
            eventually().until(() -> second.status().state() == STANDBY);
            say(key, 0, 5);
            eventually().until(() -> topic.words(key).size() == 5);
            assertThat(second.status().published()).isZero();
            assertThat(second.status().failures()).isZero();

            relay.stop();
            say(key, 5, 10);

            eventually().until(() -> topic.firstWords(key).size() == 10);
            assertThat(second.status().state()).isEqualTo(STREAMING);
        } finally {
            second.stop();
        }
    }

    @Test
    void slotOfAnotherDatabaseIsNotTouched() {
        var other = Parts.postgres().freshDatabase();
        try {
            var elsewhere = new WalChangeLog(
                    other.jdbcUrl(), other.username(), other.password(), changeLog.slot(), System::nanoTime);
            Flyway.configure()
                    .dataSource(other.jdbcUrl(), other.username(), other.password())
                    .locations("classpath:io/meridian/outbox/db")
                    .load()
                    .migrate();

            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(elsewhere::open)
                    .withMessageContaining("meridian.outbox.slot");
        } finally {
            Parts.postgres().drop(other);
        }
    }

    @Test
    void idleOutboxHoldsBackNoLog() {
        for (int i = 0; i < 100; i++) {
            jdbc.sql("INSERT INTO effects (key) VALUES (:key)").param("key", key).update();
        }
        long end = currentWal();

        eventually().until(() -> {
            jdbc.sql("INSERT INTO effects (key) VALUES (:key)").param("key", key).update();
            return confirmedWal() >= end;
        });
        eventually().until(() -> relay.status().lagBytes() >= 0);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(90)).ignoreExceptionsInstanceOf(RuntimeException.class);
    }

    private static RelaySettings settings() {
        return new RelaySettings(
                100,
                1 << 20,
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofMillis(200),
                Duration.ofSeconds(5));
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "no " + i).toList();
    }

    /** Says each number once at least, whatever happens to the database meanwhile. */
    private void say(String aggregateId, int from, int to) {
        for (int i = from; i < to; i++) {
            var words = "no " + i;
            eventually().pollInterval(Duration.ofMillis(50)).pollDelay(Duration.ZERO).until(() -> {
                sayings.say(aggregateId, words);
                return true;
            });
        }
    }

    private void saySimultaneously(List<String> keys, int count) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var saying = new ArrayList<Future<?>>();
            for (var each : keys) {
                saying.add(threads.submit(() -> numbered(count).forEach(words -> sayings.say(each, words))));
            }
            for (var each : saying) {
                each.get();
            }
        }
    }

    private void dropSlot() {
        eventually().until(() -> {
            jdbc.sql("SELECT pg_drop_replication_slot(slot_name)::TEXT FROM pg_replication_slots WHERE slot_name = :slot")
                    .param("slot", changeLog.slot())
                    .query(String.class)
                    .list();
            return true;
        });
    }

    private long currentWal() {
        return jdbc.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::BIGINT")
                .query(Long.class)
                .single();
    }

    private long confirmedWal() {
        return jdbc.sql("""
                        SELECT pg_wal_lsn_diff(confirmed_flush_lsn, '0/0')::BIGINT
                        FROM pg_replication_slots
                        WHERE slot_name = :slot
                        """)
                .param("slot", changeLog.slot())
                .query(Long.class)
                .single();
    }
}
