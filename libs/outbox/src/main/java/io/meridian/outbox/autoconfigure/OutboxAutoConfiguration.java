package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.Background;
import io.meridian.outbox.HeaderSource;
import io.meridian.outbox.InboxListener;
import io.meridian.outbox.RelayListener;
import io.meridian.outbox.debezium.DebeziumChangeLog;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.outbox.jdbc.Repetition;
import io.meridian.outbox.jdbc.Retention;
import io.meridian.outbox.kafka.KafkaPublisher;
import io.meridian.outbox.kafka.TransactionalPublisher;
import io.meridian.outbox.postgres.OutboxSlot;
import io.meridian.outbox.postgres.SlotWatch;
import io.meridian.outbox.postgres.WalChangeLog;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.Publisher;
import io.meridian.outbox.relay.Relay;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.ClassUtils;

/** The outbox, the inbox, their tables, and the relay between the write-ahead log and Kafka. */
@AutoConfiguration(
        after = {
            DataSourceTransactionManagerAutoConfiguration.class,
            JdbcClientAutoConfiguration.class,
            KafkaAutoConfiguration.class
        })
@EnableConfigurationProperties(OutboxProperties.class)
public final class OutboxAutoConfiguration {

    private static final List<String> DEBEZIUM = List.of(
            "io.debezium.embedded.Connect", "io.debezium.connector.postgresql.PostgresConnector");

    private static final String TABLES = "classpath:io/meridian/outbox/db";

    @Bean
    FlywayConfigurationCustomizer outboxTables() {
        return flyway -> {
            var locations = Stream.concat(Stream.of(flyway.getLocations()).map(Object::toString), Stream.of(TABLES));
            flyway.locations(locations.toArray(String[]::new));
            flyway.outOfOrder(true); // the library's versions lie below the service's, whenever they come
        };
    }

    @Bean
    @ConditionalOnMissingBean
    Outbox outbox(
            DataSource dataSource,
            ObjectProvider<HeaderSource> headerSources,
            ObjectProvider<InstantSource> clocks,
            OutboxProperties properties,
            Relay relay) {
        return new Outbox(
                dataSource,
                headerSources.orderedStream().toList(),
                clock(clocks),
                Math.toIntExact(properties.maxEvent().toBytes()),
                properties.append(),
                relay::nudge);
    }

    @Bean
    @ConditionalOnMissingBean
    Repetition outboxRepetition(JdbcClient jdbc) {
        return new Repetition(jdbc);
    }

    @Bean
    @ConditionalOnMissingBean
    Inbox inbox(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            ObjectProvider<InstantSource> clocks,
            ObjectProvider<InboxListener> listeners) {
        return new Inbox(jdbc, transactions, clock(clocks), listeners.orderedStream().toList());
    }

    @Bean
    @ConditionalOnMissingBean
    ChangeLog outboxChangeLog(
            JdbcConnectionDetails database,
            OutboxProperties properties,
            @Value("${spring.application.name}") String application) {
        var slot = new OutboxSlot(
                database.getJdbcUrl(), database.getUsername(), database.getPassword(), properties.slot(application));
        return switch (properties.relay().reader()) {
            case WAL -> new WalChangeLog(slot, System::nanoTime);
            case DEBEZIUM -> debezium(slot, database);
        };
    }

    private static ChangeLog debezium(OutboxSlot slot, JdbcConnectionDetails database) {
        for (var needed : DEBEZIUM) {
            if (!ClassUtils.isPresent(needed, OutboxAutoConfiguration.class.getClassLoader())) {
                throw new IllegalStateException("meridian.outbox.relay.reader=debezium needs io.debezium:debezium-embedded and"
                        + " io.debezium:debezium-connector-postgres among the dependencies, found no " + needed);
            }
        }
        return new DebeziumChangeLog(slot, database.getUsername(), database.getPassword());
    }

    @Bean
    @ConditionalOnMissingBean
    Publisher outboxPublisher(
            ProducerFactory<?, ?> producerFactory,
            ObjectProvider<KafkaAdmin> admins,
            OutboxProperties properties,
            @Value("${spring.application.name}") String application) {
        Runnable createMissingTopics = () -> admins.ifUnique(KafkaAdmin::initialize);
        var connection = producerFactory.getConfigurationProperties();
        if (properties.relay().transactions()) {
            var config = TransactionalPublisher.producerConfig(connection, properties.slot(application));
            return new TransactionalPublisher(
                    () -> new KafkaProducer<>(config), createMissingTopics, properties.source(application));
        }
        var config = KafkaPublisher.producerConfig(connection);
        return new KafkaPublisher(() -> new KafkaProducer<>(config), createMissingTopics, properties.source(application));
    }

    @Bean
    @ConditionalOnMissingBean
    Relay outboxRelay(
            ChangeLog changeLog,
            Publisher publisher,
            OutboxProperties properties,
            ObjectProvider<RelayListener> listeners,
            ObjectProvider<InstantSource> clocks) {
        return new Relay(
                changeLog,
                publisher,
                properties.relay().settings(),
                listeners.orderedStream().toList(),
                System::nanoTime,
                clock(clocks));
    }

    @Bean
    RelayLifecycle outboxRelayLifecycle(Relay relay, OutboxProperties properties) {
        return new RelayLifecycle(relay, properties.relay().enabled());
    }

    @Bean
    Housekeeping outboxHousekeeping(
            JdbcClient jdbc,
            Relay relay,
            ChangeLog changeLog,
            OutboxProperties properties,
            ObjectProvider<InstantSource> clocks,
            ObjectProvider<Background> background) {
        var retention = properties.retention();
        return new Housekeeping(
                new Retention(jdbc, clock(clocks), retention.outbox(), retention.inbox(), retention.batch()),
                new SlotWatch(jdbc, changeLog.slot(), System::nanoTime, clock(clocks)),
                relay,
                properties.relay().alarm(),
                retention.interval(),
                properties.relay().watchInterval(),
                background.getIfUnique(() -> (_, work) -> work.run()));
    }

    private static InstantSource clock(ObjectProvider<InstantSource> clocks) {
        return clocks.getIfUnique(InstantSource::system);
    }
}
