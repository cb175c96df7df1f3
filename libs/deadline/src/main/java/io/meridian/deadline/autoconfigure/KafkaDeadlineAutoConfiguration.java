package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.kafka.CommandDeadline;
import io.meridian.deadline.kafka.ExpiredCommandHandler;
import io.meridian.deadline.kafka.ListenerScopes;
import io.meridian.deadline.kafka.ScopedContainers;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.AbstractKafkaListenerContainerFactory;
import org.springframework.kafka.core.ConsumerFactory;

/** Kafka listeners. */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnClass(AbstractKafkaListenerContainerFactory.class)
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
@EnableConfigurationProperties(KafkaDeadlineProperties.class)
public class KafkaDeadlineAutoConfiguration {

    private static final Logger log = LoggerFactory.getLogger(KafkaDeadlineAutoConfiguration.class);

    /** Somebody has to take note, and it is the log if the service does not. */
    @Bean
    @ConditionalOnMissingBean
    ExpiredCommandHandler expiredCommands() {
        return (command, deadline) -> log.warn(
                "Command {}-{}@{} was not carried out: it expired at {} ({})",
                command.topic(),
                command.partition(),
                command.offset(),
                deadline,
                CommandDeadline.DEADLINE);
    }

    @Bean
    @ConditionalOnMissingBean
    ListenerScopes listenerScopes(
            KafkaDeadlineProperties properties,
            ExpiredCommandHandler expired,
            DeadlineListeners listeners,
            ObjectProvider<InstantSource> clock) {
        return new ListenerScopes(
                properties.settings(), expired, listeners.all(), clock.getIfUnique(InstantSource::system));
    }

    /** Everything it needs is asked for late: it is made before the beans it looks at, and what it needed would be too. */
    @Bean
    static ScopedContainers scopedContainers(
            ObjectProvider<ListenerScopes> scopes, ObjectProvider<ConsumerFactory<?, ?>> consumers) {
        return new ScopedContainers(
                scopes::getObject, () -> ScopedContainers.settings(consumers.getIfUnique()));
    }
}
