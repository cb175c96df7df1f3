package io.meridian.outbox.shop;

import static io.meridian.outbox.RelayStatus.State.STANDBY;
import static io.meridian.outbox.RelayStatus.State.STREAMING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.jdbc.Repetition;
import io.meridian.outbox.postgres.OutboxSlot;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
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
    private final Repetition repetition;
    private final Effects effects;
    private final String key = "a-" + UUID.randomUUID();
    private final TopicReader topic = new TopicReader(Shop.SAID);

    RelayIT(
            Sayings sayings,
            Relay relay,
            ChangeLog changeLog,
            Publisher publisher,
            JdbcConnectionDetails database,
            JdbcClient jdbc,
            KafkaAdmin kafkaAdmin,
            Repetition repetition,
            Effects effects) {
        this.sayings = sayings;
        this.relay = relay;
        this.changeLog = changeLog;
        this.publisher = publisher;
        this.database = database;
        this.jdbc = jdbc;
        this.kafkaAdmin = kafkaAdmin;
        this.repetition = repetition;
        this.effects = effects;
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
        terminateReader();
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
                sameLog(),
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
                    new OutboxSlot(other.jdbcUrl(), other.username(), other.password(), changeLog.slot()),
                    System::nanoTime);
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
        eventually().until(() -> relay.status().lag() != null);
        assertThat(relay.status().alarm()).isNull();
    }

    @Test
    void killedTwentyTimesUnderLoadTheRelayLosesNothingAndRepetitionsHaveNoEffect() throws Exception {
        var heard = IntStream.range(0, 4).mapToObj(i -> key + "-" + i).toList();
        var done = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var saying = new ArrayList<Future<Integer>>();
            for (var each : heard) {
                saying.add(threads.submit(() -> {
                    int said = 0;
                    while (!done.get()) {
                        sayings.say(Shop.HEARD, each, "no " + said++);
                        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                    }
                    return said;
                }));
            }
            for (int kill = 0; kill < 20; kill++) {
                long failures = relay.status().failures();
                terminateReader();
                eventually().until(() -> relay.status().failures() > failures);
                long published = relay.status().published();
                eventually().until(() -> relay.status().published() > published);
            }
            done.set(true);

            try (var topic = new TopicReader(Shop.HEARD)) {
                for (int i = 0; i < heard.size(); i++) {
                    var each = heard.get(i);
                    var all = numbered(saying.get(i).get());
                    eventually().until(() -> topic.firstWords(each).size() == all.size());
                    assertThat(topic.firstWords(each)).containsExactlyElementsOf(all);
                    eventually().until(() -> effects.count(each) >= all.size());
                    assertThat(effects.count(each)).isEqualTo(all.size());
                }
            }
        }
    }

    @Test
    void relayThatWakesAfterAnotherHasTakenOverPublishesNothingAndConfirmsNothing() throws Exception {
        var sleeper = fallAsleepWithAnEventInHandAndBeTakenOver(false);
        try {
            eventually().until(() -> sleeper.relay().status().failures() > 0);
            eventually().until(() -> sleeper.relay().status().state() == STANDBY);
            sayings.say(key, "no 5");

            eventually().until(() -> topic.words(key).contains("no 5"));
            assertThat(topic.words(key)).containsExactlyElementsOf(numbered(6));
            assertThat(sleeper.relay().status().lastFailure()).contains("must be held by this relay");
            assertThat(sleeper.relay().status().published()).isZero();
            assertThat(sleeper.relay().status().confirmedPosition()).isEqualTo(sleeper.confirmed());
        } finally {
            sleeper.relay().stop();
        }
    }

    /** The negative control: what the question before publishing is for. */
    @Test
    void sleeperThatDoesNotAskWhetherItWasTakenOverRepeatsWhatIsOld() throws Exception {
        var sleeper = fallAsleepWithAnEventInHandAndBeTakenOver(true);
        try {
            eventually().until(() -> topic.words(key).size() > 5);

            // And whatever else its dead connection had brought it by then.
            assertThat(topic.words(key)).startsWith("no 0", "no 1", "no 2", "no 3", "no 4", "no 0");
        } finally {
            sleeper.relay().stop();
        }
    }

    /** "no 0" is read by a relay that sleeps for a minute with it; meanwhile the other one publishes "no 0" to "no 4". */
    private Sleeper fallAsleepWithAnEventInHandAndBeTakenOver(boolean withoutAsking) throws Exception {
        relay.stop();
        var log = new SleepyLog(sameLog(), key, withoutAsking);
        var slept = new AtomicLong();
        var sleeper = new Relay(
                log, publisher, settings(), List.of(), () -> System.nanoTime() + slept.get(), InstantSource.system());
        sleeper.start();
        say(key, 0, 3);
        log.awaitAsleep();
        var confirmed = sleeper.status().confirmedPosition();
        terminateReader();
        relay.start();
        say(key, 3, 5);
        eventually().until(() -> topic.words(key).size() == 5);
        slept.set(Duration.ofMinutes(1).toNanos());
        log.wake();
        return new Sleeper(sleeper, confirmed);
    }

    /** @param confirmed the position it had confirmed when it fell asleep */
    private record Sleeper(Relay relay, long confirmed) {}

    private ChangeLog sameLog() {
        return new WalChangeLog(
                new OutboxSlot(
                        database.getJdbcUrl(), database.getUsername(), database.getPassword(), changeLog.slot()),
                System::nanoTime);
    }

    private void terminateReader() {
        jdbc.sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = :slot")
                .param("slot", changeLog.slot())
                .query((row, _) -> row.getBoolean(1))
                .single();
    }

    @Test
    void whatTheTableHoldsIsPublishedAgainFromAnyEvent() {
        say(key, 0, 3);
        var fourth = sayings.say(key, "no 3");
        say(key, 4, 6);
        eventually().until(() -> topic.words(key).size() == 6);

        assertThat(repetition.from(fourth)).hasValueSatisfying(it -> assertThat(it).isGreaterThanOrEqualTo(3));

        eventually().until(() -> topic.words(key).size() == 9);
        sayings.say(key, "no 6");
        eventually().until(() -> topic.words(key).contains("no 6"));
        assertThat(topic.words(key))
                .containsExactly("no 0", "no 1", "no 2", "no 3", "no 4", "no 5", "no 3", "no 4", "no 5", "no 6");
    }

    @Test
    void repetitionOfTheWholeTopicHasNoEffect() {
        var before = Instant.now();
        for (int i = 0; i < 5; i++) {
            sayings.say(Shop.HEARD, key, "no " + i);
        }
        eventually().until(() -> effects.count(key) == 5);

        assertThat(repetition.since(before.minusSeconds(1))).isGreaterThanOrEqualTo(5);

        try (var heard = new TopicReader(Shop.HEARD)) {
            eventually().until(() -> heard.words(key).size() == 10);
        }
        sayings.say(Shop.HEARD, key, "no 5");
        eventually().until(() -> effects.count(key) == 6);
    }

    @Test
    void eventNobodyKnowsIsNotRepeated() {
        assertThat(repetition.from(UUID.randomUUID())).isEmpty();
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
