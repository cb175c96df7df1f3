package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.Background;
import io.meridian.outbox.HeaderSource;
import io.meridian.outbox.InboxListener;
import io.meridian.outbox.RelayListener;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.outbox.jdbc.Retention;
import io.meridian.outbox.kafka.KafkaPublisher;
import io.meridian.outbox.postgres.SlotWatch;
import io.meridian.outbox.postgres.WalChangeLog;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.Publisher;
import io.meridian.outbox.relay.Relay;
import java.time.InstantSource;
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

/** The outbox, the inbox, their tables, and the relay between the write-ahead log and Kafka. */
@AutoConfiguration(
        after = {
            DataSourceTransactionManagerAutoConfiguration.class,
            JdbcClientAutoConfiguration.class,
            KafkaAutoConfiguration.class
        })
@EnableConfigurationProperties(OutboxProperties.class)
public final class OutboxAutoConfiguration {

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
                relay::nudge);
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
        return new WalChangeLog(
                database.getJdbcUrl(),
                database.getUsername(),
                database.getPassword(),
                properties.slot(application),
                System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean
    Publisher outboxPublisher(
            ProducerFactory<?, ?> producerFactory,
            ObjectProvider<KafkaAdmin> admins,
            OutboxProperties properties,
            @Value("${spring.application.name}") String application) {
        return new KafkaPublisher(
                () -> new KafkaProducer<>(KafkaPublisher.producerConfig(producerFactory.getConfigurationProperties())),
                () -> admins.ifUnique(KafkaAdmin::initialize),
                properties.source(application));
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
                new SlotWatch(jdbc, changeLog.slot()),
                relay,
                retention.interval(),
                properties.relay().watchInterval(),
                background.getIfUnique(() -> (_, work) -> work.run()));
    }

    private static InstantSource clock(ObjectProvider<InstantSource> clocks) {
        return clocks.getIfUnique(InstantSource::system);
    }
}
