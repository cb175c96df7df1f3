package io.meridian.benchmarks.relay;

import com.zaxxer.hikari.HikariDataSource;
import io.meridian.local.parts.Kafka;
import io.meridian.local.parts.Lifetime;
import io.meridian.local.parts.Part;
import io.meridian.local.parts.PartSettings;
import io.meridian.local.parts.Ports;
import io.meridian.local.parts.Postgres;
import io.meridian.outbox.postgres.OutboxSlot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A PostgreSQL with the outbox's tables and a Kafka of its own, for as long as it is open; nothing of them stays. */
final class Stage implements AutoCloseable {

    static final String TOPIC = "relayed.v1";

    private static final String DATABASE = "relays";
    private static final String PASSWORD = "meridian";
    private static final Duration START_BOUND = Duration.ofMinutes(2);

    private final Path directory;
    private final Postgres postgres;
    private final Kafka kafka;
    private final HikariDataSource dataSource = new HikariDataSource();
    private final JdbcClient jdbc;

    Stage() {
        try {
            directory = Files.createTempDirectory("meridian-relays-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var cache = Path.of(System.getProperty("user.home"), ".cache/meridian/parts");
        postgres = new Postgres(
                new PartSettings(directory.resolve("postgres"), Ports.free(), cache, Lifetime.ITS_PARENTS), PASSWORD);
        kafka = new Kafka(new PartSettings(directory.resolve("kafka"), Ports.free(), cache, Lifetime.ITS_PARENTS));
        start(postgres);
        start(kafka);
        postgres.createDatabases(List.of(DATABASE));
        dataSource.setJdbcUrl(url());
        dataSource.setUsername(DATABASE);
        dataSource.setPassword(PASSWORD);
        dataSource.setMaximumPoolSize(16);
        jdbc = JdbcClient.create(dataSource);
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:io/meridian/outbox/db")
                .load()
                .migrate();
        createTopic();
    }

    private static void start(Part part) {
        part.start();
        part.awaitReady(START_BOUND);
    }

    private void createTopic() {
        try (var admin = Admin.create(kafka())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 6, (short) 1))).all().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot create the topic " + TOPIC, e);
        }
    }

    HikariDataSource dataSource() {
        return dataSource;
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    String url() {
        return postgres.jdbcUrl(DATABASE);
    }

    String user() {
        return DATABASE;
    }

    String password() {
        return PASSWORD;
    }

    Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", "127.0.0.1:" + kafka.port());
    }

    /** A slot from here on, of which the table is known to have nothing to say. */
    OutboxSlot slot(String name) {
        jdbc.sql("SELECT pg_create_logical_replication_slot(:name, 'pgoutput')::TEXT")
                .param("name", name)
                .query(String.class)
                .single();
        jdbc.sql("INSERT INTO outbox_slots (slot, complete_at) VALUES (:name, now()) ON CONFLICT DO NOTHING")
                .param("name", name)
                .update();
        return new OutboxSlot(url(), user(), password(), name);
    }

    /** Drops it as soon as its last reader has left. */
    void drop(OutboxSlot slot) {
        for (int attempt = 0; ; attempt++) {
            try {
                jdbc.sql("SELECT pg_drop_replication_slot(:name)::TEXT")
                        .param("name", slot.name())
                        .query(String.class)
                        .single();
                return;
            } catch (RuntimeException e) {
                if (attempt == 100) {
                    throw e;
                }
                Pause.of(Duration.ofMillis(100));
            }
        }
    }

    void checkpoint() {
        jdbc.sql("TRUNCATE outbox_events, inbox_events").update();
    }

    @Override
    public void close() {
        dataSource.close();
        kafka.kill();
        postgres.kill();
        try (var all = Files.walk(directory)) {
            for (var each : all.toList().reversed()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("Cannot delete all of " + directory + ": " + e.getMessage());
        }
    }
}
