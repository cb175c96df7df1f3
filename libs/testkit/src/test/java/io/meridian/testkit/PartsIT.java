package io.meridian.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Runs on processes, and with {@code -Dmeridian.parts=containers} on containers: the claims are the same. */
class PartsIT {

    private static final Duration BOUND = Duration.ofSeconds(60);

    @Test
    void postgresKeepsWhatWasCommittedThroughKillAndRestart() throws SQLException {
        var postgres = Parts.postgres();
        var database = postgres.freshDatabase();
        execute(database, "CREATE TABLE kept (id INT)", "INSERT INTO kept VALUES (1)");

        postgres.kill();
        assertThatThrownBy(() -> connect(database)).isInstanceOf(SQLException.class);
        postgres.start();
        execute(database, "INSERT INTO kept VALUES (2)");
        postgres.restart();

        assertThat(ask(database, "SELECT count(*) FROM kept")).isEqualTo("2");
        postgres.drop(database);
    }

    @Test
    void postgresIsDurableAndReplicatesLogically() throws SQLException {
        var postgres = Parts.postgres();
        var database = postgres.freshDatabase();

        assertThat(ask(database, "SHOW server_version")).startsWith("18");
        assertThat(ask(database, "SHOW fsync")).isEqualTo("on");
        assertThat(ask(database, "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(ask(database, "SHOW wal_level")).isEqualTo("logical");
        assertThat(ask(database, "SELECT rolreplication FROM pg_roles WHERE rolname = current_user")).isEqualTo("t");
        postgres.drop(database);
    }

    @Test
    void freshDatabasesAreEmptyAndClosedToEachOther() throws SQLException {
        var postgres = Parts.postgres();
        var one = postgres.freshDatabase();
        var other = postgres.freshDatabase();
        execute(one, "CREATE TABLE mine (id INT)");

        assertThat(ask(other, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).isEqualTo("0");
        assertThatThrownBy(() -> DriverManager.getConnection(one.jdbcUrl(), other.username(), other.password()))
                .hasMessageContaining("permission denied");
        postgres.drop(one);
        postgres.drop(other);
    }

    @Test
    void droppedDatabaseTakesItsSlotAndItsSessionsWithIt() throws SQLException {
        var postgres = Parts.postgres();
        var database = postgres.freshDatabase();
        var witness = postgres.freshDatabase();
        execute(database, "SELECT pg_create_logical_replication_slot('of_" + database.name() + "', 'pgoutput')");
        try (var stillOpen = connect(database)) {
            postgres.drop(database);

            assertThat(stillOpen.isValid(1)).isFalse();
        }
        assertThat(ask(witness, "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'of_" + database.name() + "'"))
                .isEqualTo("0");
        postgres.drop(witness);
    }

    @Test
    void pausedPartDoesNotAnswerAndResumedOneDoes() throws SQLException {
        var postgres = Parts.postgres();
        var database = postgres.freshDatabase();
        postgres.pause();
        try {
            assertThatThrownBy(() -> DriverManager.getConnection(
                            database.jdbcUrl() + "?connectTimeout=1&socketTimeout=1&loginTimeout=1",
                            database.username(),
                            database.password()))
                    .isInstanceOf(SQLException.class);
        } finally {
            postgres.resume();
        }
        postgres.resume(); // it runs: nothing is left to do
        assertThat(ask(database, "SELECT 1")).isEqualTo("1");
        postgres.drop(database);
    }

    @Test
    void kafkaKeepsRecordsThroughKillAndRestartAndCreatesNoTopicByItself() throws Exception {
        var kafka = Parts.kafka();
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
            send(kafka, "kept", "before");

            kafka.kill();
            kafka.start();
            send(kafka, "kept", "between");
            kafka.restart();

            assertThat(read(kafka, "kept", 2)).containsExactly("before", "between");
            var described = admin.describeTopics(List.of("never-created")).allTopicNames();
            assertThatThrownBy(() -> described.get(30, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(UnknownTopicOrPartitionException.class);
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).doesNotContain("never-created");
        }
    }

    @Test
    void redisForgetsAndComesBackOnItsPort() throws Exception {
        var redis = Parts.redis();
        assertThat(tell(redis, "SET kept 1")).isEqualTo("+OK");
        assertThat(tell(redis, "EXISTS kept")).isEqualTo(":1");

        redis.restart();

        assertThat(tell(redis, "EXISTS kept")).isEqualTo(":0");
    }

    @Test
    void partsAreTheSameForEveryoneInThisJvm() {
        assertThat(Parts.postgres()).isSameAs(Parts.postgres());
        assertThat(Set.of(Parts.postgres().port(), Parts.kafka().port(), Parts.redis().port())).hasSize(3);
    }

    private static void send(KafkaHandle kafka, String topic, String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.block.ms", "20000");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static List<String> read(KafkaHandle kafka, String topic, int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            var values = new ArrayList<String>();
            await().atMost(BOUND).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(it -> values.add(it.value()));
                return values.size() >= count;
            });
            return values;
        }
    }

    private static String tell(RedisHandle redis, String command) throws Exception {
        try (var socket = new Socket(redis.host(), redis.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private static Connection connect(Database database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.username(), database.password());
    }

    private static void execute(Database database, String... statements) throws SQLException {
        try (var connection = connect(database);
                var statement = connection.createStatement()) {
            for (var each : statements) {
                statement.execute(each);
            }
        }
    }

    private static String ask(Database database, String query) throws SQLException {
        try (var connection = connect(database);
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
