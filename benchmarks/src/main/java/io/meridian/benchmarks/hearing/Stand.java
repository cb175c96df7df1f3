package io.meridian.benchmarks.hearing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.meridian.local.parts.Kafka;
import io.meridian.local.parts.Lifetime;
import io.meridian.local.parts.PartSettings;
import io.meridian.local.parts.Ports;
import io.meridian.local.parts.Postgres;
import io.meridian.outbox.HearingListener;
import io.meridian.outbox.HearingStatus;
import io.meridian.outbox.hearing.HearingSettings;
import io.meridian.outbox.hearing.Hearings;
import io.meridian.outbox.hearing.InFlightSettings;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.kafka.Attempts;
import io.meridian.outbox.kafka.DeadLetters;
import io.meridian.outbox.kafka.Events;
import io.meridian.outbox.kafka.RetrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.AcknowledgingMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;

/** A Kafka and a PostgreSQL of their own, one topic of six partitions, and members that apply its events once, each with one row. */
final class Stand implements AutoCloseable {

    static final int PARTITIONS = 6;
    static final String TOPIC = "orders.v1";
    static final String GROUP = "stand";

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration SERVED_WITHIN = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Path directory;
    private final Kafka kafka;
    private final Postgres postgres;
    private final HikariDataSource dataSource;
    private final DefaultKafkaProducerFactory<String, byte[]> producers;
    final KafkaTemplate<String, byte[]> template;
    final JdbcClient jdbc;
    private final Inbox inbox;

    Stand() throws IOException, InterruptedException, ExecutionException {
        directory = Files.createTempDirectory("meridian-stand");
        kafka = new Kafka(settings("kafka"));
        postgres = new Postgres(settings("postgres"), "stand");
        kafka.start();
        postgres.start();
        kafka.awaitReady(START);
        postgres.awaitReady(START);
        postgres.createDatabases(List.of("stand"));
        dataSource = dataSource();
        jdbc = JdbcClient.create(dataSource);
        new ResourceDatabasePopulator(
                        new ClassPathResource("io/meridian/outbox/db/V0_1__outbox.sql"),
                        new ClassPathResource("io/meridian/outbox/db/V0_3__inbox_versions.sql"))
                .execute(dataSource);
        jdbc.sql("CREATE TABLE effects (key TEXT NOT NULL, number BIGINT NOT NULL, at BIGINT GENERATED ALWAYS AS IDENTITY)")
                .update();
        inbox = new Inbox(jdbc, new JdbcTransactionManager(dataSource), InstantSource.system(), List.of());
        producers = new DefaultKafkaProducerFactory<>(
                Map.of("bootstrap.servers", servers(), "linger.ms", 2), new StringSerializer(), new ByteArraySerializer());
        template = new KafkaTemplate<>(producers);
        try (var admin = admin()) {
            admin.createTopics(List.of(
                            new NewTopic(TOPIC, PARTITIONS, (short) 1), new NewTopic(TOPIC + DeadLetters.SUFFIX, 1, (short) 1)))
                    .all()
                    .get();
            awaitServed(admin);
        }
    }

    /** A topic that has been created is not served yet. */
    private static void awaitServed(Admin admin) throws InterruptedException, ExecutionException {
        var partitions = new HashMap<TopicPartition, OffsetSpec>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            partitions.put(new TopicPartition(TOPIC, partition), OffsetSpec.latest());
        }
        for (var until = System.nanoTime() + SERVED_WITHIN.toNanos(); ; Thread.sleep(LOOK_AGAIN)) {
            try {
                admin.listOffsets(partitions).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - until > 0) {
                    throw e;
                }
            }
        }
    }

    private PartSettings settings(String name) {
        return new PartSettings(
                directory.resolve(name),
                Ports.free(),
                Path.of(System.getProperty("user.home"), ".cache/meridian/parts"),
                Lifetime.ITS_PARENTS);
    }

    private HikariDataSource dataSource() {
        var config = new HikariConfig();
        config.setJdbcUrl(postgres.jdbcUrl("stand"));
        config.setUsername("stand");
        config.setPassword("stand");
        config.setMaximumPoolSize(16);
        return new HikariDataSource(config);
    }

    private String servers() {
        return "127.0.0.1:" + kafka.port();
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", servers()));
    }

    /** Says event number {@code number} of {@code key}. */
    void say(String key, long number) {
        var record = new ProducerRecord<>(TOPIC, key, Long.toString(number).getBytes(UTF_8));
        Map.of(
                        "ce_id", UUID.randomUUID().toString(),
                        "ce_type", "order.v1.OrderConfirmed",
                        "ce_source", "stand",
                        "ce_time", Instant.now().toString())
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        var _ = template.send(record);
    }

    /** A member, with a container and workers of its own as another process would have them. */
    final class Member implements AutoCloseable {

        private final Hearings hearings;
        final ConcurrentMessageListenerContainer<String, byte[]> container;

        Member(HearingListener listener, Duration handling) {
            var attempts = new Attempts(
                    new DeadLetters(template, "stand", () -> {}),
                    new RetrySettings(
                            Duration.ofMillis(100), Duration.ofSeconds(2), 5, Duration.ofSeconds(5), Duration.ofMinutes(5)),
                    List.of(),
                    Thread::sleep);
            hearings = new Hearings(
                    new HearingSettings(InFlightSettings.USUAL, Duration.ofSeconds(2), 10, Duration.ofSeconds(5), ""),
                    Duration.ofDays(14),
                    attempts,
                    null,
                    List.of(listener),
                    Stand.this::admin,
                    System::nanoTime);
            var properties = new ContainerProperties(TOPIC);
            properties.setGroupId(GROUP);
            properties.setAckMode(AckMode.MANUAL);
            properties.setPollTimeout(100);
            properties.setMessageListener((AcknowledgingMessageListener<String, byte[]>) (record, acknowledgment) -> {
                var event = Events.read(record);
                sleep(handling);
                inbox.once("stand", event, () -> apply(event.key(), Long.parseLong(new String(event.payload(), UTF_8))));
                java.util.Objects.requireNonNull(acknowledgment).acknowledge();
            });
            container = new ConcurrentMessageListenerContainer<>(consumers(), properties);
            container.setBeanName("stand");
            if (!hearings.take(container)) {
                throw new IllegalStateException("the container was not taken");
            }
            hearings.start();
            container.start();
        }

        HearingStatus status() {
            return hearings.statuses().getFirst();
        }

        @Override
        public void close() {
            container.stop();
            hearings.close();
        }
    }

    private void apply(String key, long number) {
        jdbc.sql("INSERT INTO effects (key, number) VALUES (:key, :number)")
                .param("key", key)
                .param("number", number)
                .update();
    }

    private static void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** As {@code kafka-defaults.properties} of the library has it. */
    private DefaultKafkaConsumerFactory<String, byte[]> consumers() {
        var config = new HashMap<String, Object>();
        config.put("bootstrap.servers", servers());
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", false);
        config.put("isolation.level", "read_committed");
        config.put("group.protocol", "classic");
        config.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        config.put("session.timeout.ms", 10_000);
        config.put("heartbeat.interval.ms", 2_000);
        config.put("max.poll.records", 100);
        config.put("fetch.max.wait.ms", 100);
        return new DefaultKafkaConsumerFactory<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    long effects() {
        return jdbc.sql("SELECT count(*) FROM effects").query(Long.class).single();
    }

    /** Events that had their effect more than once. */
    long repeated() {
        return jdbc.sql("SELECT count(*) FROM (SELECT 1 FROM effects GROUP BY key, number HAVING count(*) > 1) AS twice")
                .query(Long.class)
                .single();
    }

    /** Effects that came before the one of an earlier event of their key. */
    long outOfOrder() {
        return jdbc.sql("""
                        SELECT count(*) FROM (
                            SELECT number < lag(number) OVER (PARTITION BY key ORDER BY at) AS late FROM effects) AS steps
                        WHERE late
                        """).query(Long.class).single();
    }

    @Override
    public void close() {
        producers.destroy();
        dataSource.close();
        kafka.kill();
        postgres.kill();
        deleteAll();
    }

    private void deleteAll() {
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(it -> {
                boolean _ = it.toFile().delete();
            });
        } catch (IOException e) {
            System.err.println("left behind: " + directory);
        }
    }
}
