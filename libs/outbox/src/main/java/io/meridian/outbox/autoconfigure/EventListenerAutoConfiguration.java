package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.kafka.DeadLetters;
import io.meridian.outbox.kafka.FailedRecords;
import java.util.HashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.PropertySource;
import org.springframework.kafka.config.AbstractKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.RetryListener;

/**
 * Kafka listeners as the inbox needs them. The properties in {@code kafka-defaults.properties} are defaults: whatever the service
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
    DeadLetters outboxDeadLetters(DeadLetterProducers producers, ObjectProvider<KafkaAdmin> admins) {
        return new DeadLetters(
                new KafkaTemplate<>(producers.factory()), () -> admins.ifUnique(KafkaAdmin::initialize));
    }

    @Bean
    @ConditionalOnMissingBean
    CommonErrorHandler outboxFailedRecords(
            DeadLetters deadLetters, OutboxProperties properties, ObjectProvider<RetryListener> listeners) {
        return FailedRecords.handler(
                deadLetters,
                properties.listener().settings(),
                listeners.orderedStream().toArray(RetryListener[]::new));
    }

    /** What is committed with an offset: for whoever looks at a group with Kafka's own tools and wonders how far it came, and by whom. */
    @Bean
    static BeanPostProcessor outboxOffsetMetadata() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String beanName) {
                if (bean instanceof AbstractKafkaListenerContainerFactory<?, ?, ?> factory) {
                    var commits = new LongAdder();
                    factory.getContainerProperties().setOffsetAndMetadataProvider((listener, offset) -> {
                        commits.increment();
                        return new OffsetAndMetadata(
                                offset, "schema=1 listener=" + listener.getListenerId() + " commits=" + commits.sum());
                    });
                }
                return bean;
            }
        };
    }

    /** Not a {@link ProducerFactory} itself: the service's own must stay the only one. */
    record DeadLetterProducers(DefaultKafkaProducerFactory<String, byte[]> factory) implements AutoCloseable {

        @Override
        public void close() {
            factory.destroy();
        }
    }
}
