package io.meridian.outbox.shop;

import static io.meridian.outbox.RelayStatus.State.STREAMING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.RelayLag;
import io.meridian.outbox.postgres.OutboxSlot;
import io.meridian.outbox.postgres.SlotWatch;
import io.meridian.outbox.relay.LagAlarm;
import io.meridian.outbox.relay.Relay;
import io.meridian.testkit.ManualTime;
import io.meridian.testkit.Parts;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is seen of a slot from outside, whoever reads it. */
@ShopTest
class SupervisionIT {

    private static final LagAlarm ALARM = new LagAlarm(256 << 20, Duration.ofSeconds(20));

    private final Sayings sayings;
    private final Relay relay;
    private final JdbcClient jdbc;
    private final JdbcConnectionDetails database;
    private final ManualTime time = new ManualTime();
    private final SlotWatch watch;
    private final String key = "w-" + UUID.randomUUID();

    SupervisionIT(Sayings sayings, Relay relay, JdbcClient jdbc, JdbcConnectionDetails database) {
        this.sayings = sayings;
        this.relay = relay;
        this.jdbc = jdbc;
        this.database = database;
        this.watch = new SlotWatch(jdbc, relay.status().slot(), time.nanos(), Instant::now);
    }

    @BeforeEach
    @AfterEach
    void relayStreams() {
        relay.start();
        eventually().until(() -> relay.status().state() == STREAMING);
    }

    @Test
    void stoppedRelayIsSeenByTheAgeOfWhatWaitsAndARunningOneHasNone() {
        look();
        eventually().until(() -> isCaughtUp(look()));
        relay.stop();
        look();
        sayings.say(key, "waiting");
        time.advance(Duration.ofSeconds(19));
        assertThat(ALARM.complaint(look(), false)).isNull();
        time.advance(Duration.ofSeconds(6));

        var lag = look();

        assertThat(lag.age()).isEqualTo(Duration.ofSeconds(25));
        assertThat(ALARM.complaint(lag, false)).contains("waits for 25 s");
        assertThat(lag.pending()).isOne();
        assertThat(lag.oldestPending()).isLessThan(Duration.ofMinutes(1));
        relay.start();
        eventually().until(() -> isCaughtUp(look()));
        assertThat(ALARM.complaint(look(), true)).isNull();
    }

    @Test
    void ageOfTheOldestWaitingEventIsItsAge() {
        relay.stop();
        sayings.say(key, "waiting");
        jdbc.sql("UPDATE outbox_events SET occurred_at = now() - INTERVAL '100 s' WHERE aggregate_id = :key")
                .param("key", key)
                .update();

        assertThat(look().oldestPending()).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(110));
    }

    @Test
    void slotOfADatabaseInWhichNothingHappensAdvancesWhileOthersWrite() throws SQLException {
        var other = Parts.postgres().freshDatabase();
        try (var connection = DriverManager.getConnection(other.jdbcUrl(), other.username(), other.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE busy AS SELECT repeat('x', 100) AS filler FROM generate_series(1, 50000)");
            var written = position();

            look();

            eventually().until(() -> confirmed() >= written);
        } finally {
            Parts.postgres().drop(other);
        }
    }

    @Test
    void limitOfWhatASlotHoldsBackIsKnown() {
        assertThat(look().limitBytes()).isEqualTo(1L << 30);
    }

    @Test
    void slotThatPostgresGivesUpIsReplaced() throws Exception {
        var doomed = Parts.postgres().freshDatabase();
        try {
            Flyway.configure()
                    .dataSource(doomed.jdbcUrl(), doomed.username(), doomed.password())
                    .locations("classpath:io/meridian/outbox/db")
                    .load()
                    .migrate();
            var slot = new OutboxSlot(doomed.jdbcUrl(), doomed.username(), doomed.password(), doomed.name() + "_outbox");
            assertThat(slot.prepare()).isEqualTo(OutboxSlot.Backlog.EVERYTHING);
            try {
                administer("ALTER SYSTEM SET max_slot_wal_keep_size = '16MB'", "SELECT pg_reload_conf()");
                eventually().until(() -> {
                    administer("SELECT pg_switch_wal()", "CHECKPOINT");
                    return isLost(slot.name());
                });
            } finally {
                administer("ALTER SYSTEM RESET max_slot_wal_keep_size", "SELECT pg_reload_conf()");
            }

            assertThat(slot.prepare()).isEqualTo(OutboxSlot.Backlog.EVERYTHING);
            assertThat(isLost(slot.name())).isFalse();
        } finally {
            Parts.postgres().drop(doomed);
        }
    }

    private static boolean isCaughtUp(RelayLag lag) {
        return lag.age().isZero() && lag.pending() == 0;
    }

    private RelayLag look() {
        return watch.look(relay.newestPublished()).orElseThrow().lag();
    }

    private boolean isLost(String slot) {
        return jdbc.sql("SELECT coalesce(wal_status = 'lost', false) FROM pg_replication_slots WHERE slot_name = :slot")
                .param("slot", slot)
                .query(Boolean.class)
                .single();
    }

    private long position() {
        return jdbc.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::BIGINT").query(Long.class).single();
    }

    private long confirmed() {
        return jdbc.sql("""
                        SELECT pg_wal_lsn_diff(confirmed_flush_lsn, '0/0')::BIGINT
                        FROM pg_replication_slots
                        WHERE slot_name = :slot
                        """)
                .param("slot", relay.status().slot())
                .query(Long.class)
                .single();
    }

    private void administer(String... statements) throws SQLException {
        var password = database.getPassword();
        try (var connection = DriverManager.getConnection(Parts.postgres().jdbcUrl("postgres"), "postgres", password);
                var statement = connection.createStatement()) {
            for (var each : statements) {
                statement.execute(each);
            }
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(90)).ignoreExceptionsInstanceOf(RuntimeException.class);
    }
}
