package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.Carrier;
import io.meridian.outbox.HearingListener;
import io.meridian.outbox.hearing.Hearings;
import io.meridian.outbox.kafka.Attempts;
import io.meridian.outbox.kafka.DeadLetters;
import io.meridian.outbox.kafka.FailedRecords;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.PropertySource;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.RetryListener;

/**
 * Kafka listeners as the inbox needs them, and their records handed to workers. The properties in {@code kafka-defaults.properties} are defaults: whatever the service
 * itself sets under {@code spring.kafka} wins.
 */
@AutoConfiguration(after = KafkaAutoConfiguration.class)
@EnableConfigurationProperties(OutboxProperties.class)
@PropertySource(name = "meridianOutboxKafkaDefaults", value = "classpath:io/meridian/outbox/kafka-defaults.properties")
public final class EventListenerAutoConfiguration {

    @Bean
    DeadLetterProducers outboxDeadLetterProducers(ProducerFactory<?, ?> producerFactory) {
        var config = new HashMap<>(producerFactory.getConfigurationProperties());
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // All of it within the listener's max.poll.interval.ms, 5 minutes by default.
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        config.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        return new DeadLetterProducers(new DefaultKafkaProducerFactory<>(config));
    }

    @Bean
    @ConditionalOnMissingBean
    DeadLetters outboxDeadLetters(
            DeadLetterProducers producers,
            ObjectProvider<KafkaAdmin> admins,
            OutboxProperties properties,
            @Value("${spring.application.name}") String application) {
        return new DeadLetters(
                new KafkaTemplate<>(producers.factory()),
                properties.source(application),
                () -> admins.ifUnique(KafkaAdmin::initialize));
    }

    /** For listeners whose records are not handed to workers. */
    @Bean
    @ConditionalOnMissingBean
    CommonErrorHandler outboxFailedRecords(
            DeadLetters deadLetters, OutboxProperties properties, ObjectProvider<RetryListener> listeners) {
        return FailedRecords.handler(
                deadLetters,
                properties.listener().settings(),
                listeners.orderedStream().toArray(RetryListener[]::new));
    }

    @Bean
    @ConditionalOnMissingBean
    Hearings outboxHearings(
            DeadLetters deadLetters,
            OutboxProperties properties,
            ObjectProvider<RetryListener> retryListeners,
            ObjectProvider<HearingListener> listeners,
            ObjectProvider<Carrier> carriers,
            ObjectProvider<KafkaAdmin> admins,
            ConsumerFactory<?, ?> consumers) {
        var attempts = new Attempts(
                deadLetters,
                properties.listener().settings(),
                retryListeners.orderedStream().toList(),
                Thread::sleep);
        return new Hearings(
                properties.listener().hearing(),
                properties.retention().inbox(),
                attempts,
                carriers.getIfUnique(),
                listeners.orderedStream().toList(),
                () -> Admin.create(adminConfig(admins.getIfUnique(), consumers)),
                System::nanoTime);
    }

    private static Map<String, Object> adminConfig(@Nullable KafkaAdmin admin, ConsumerFactory<?, ?> consumers) {
        var config = new HashMap<String, Object>();
        AdminClientConfig.configNames().forEach(name -> {
            var value = consumers.getConfigurationProperties().get(name);
            if (value != null) {
                config.put(name, value);
            }
        });
        if (admin != null) {
            config.putAll(admin.getConfigurationProperties());
        }
        return config;
    }

    @Bean
    HearingLifecycle outboxHearingLifecycle(Hearings hearings, ObjectProvider<KafkaListenerEndpointRegistry> registries) {
        return new HearingLifecycle(hearings, registries);
    }

    /** Not a {@link ProducerFactory} itself: the service's own must stay the only one. */
    record DeadLetterProducers(DefaultKafkaProducerFactory<String, byte[]> factory) implements AutoCloseable {

        @Override
        public void close() {
            factory.destroy();
        }
    }
}
