package io.meridian.order;

import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaAdmin;

/** The topics that inventory and payment declare, where they run. */
@TestConfiguration(proxyBeanMethods = false)
class NeighboursTopics {

    @Bean
    KafkaAdmin.NewTopics neighboursTopics() {
        return new KafkaAdmin.NewTopics(
                new NewTopic("inventory.v1", 6, (short) 1), new NewTopic("payments.v1", 6, (short) 1));
    }
}
