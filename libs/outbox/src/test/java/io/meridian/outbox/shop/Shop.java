package io.meridian.outbox.shop;

import io.meridian.outbox.HeaderSource;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.jdbc.Outbox;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.transaction.PlatformTransactionManager;

/** The smallest service that says and hears something. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Shop {

    static final String SAID = "said.v1";
    static final String RARELY_SAID = "rare.v1";
    static final String HEARD = "heard.v1";
    static final String FOLLOWED = "followed.v1";

    @Bean
    NewTopic said() {
        return TopicBuilder.name(SAID).partitions(3).build();
    }

    @Bean
    NewTopic rarelySaid() {
        return TopicBuilder.name(RARELY_SAID).partitions(1).build();
    }

    @Bean
    NewTopic heard() {
        return TopicBuilder.name(HEARD).partitions(3).build();
    }

    @Bean
    NewTopic followed() {
        return TopicBuilder.name(FOLLOWED).partitions(3).build();
    }

    @Bean
    NewTopic deadLettersOfFollowed() {
        return TopicBuilder.name(FOLLOWED + ".dlt").partitions(1).build();
    }

    @Bean
    Following following(Inbox inbox, Effects effects) {
        return new Following(inbox, effects);
    }

    @Bean
    NewTopic deadLetters() {
        return TopicBuilder.name(HEARD + ".dlt").partitions(3).build();
    }

    @Bean
    HeaderSource trace() {
        return () -> Map.of("traceparent", "00-" + Thread.currentThread().threadId() + "-01", "ce_id", "forged");
    }

    @Bean
    Sayings sayings(Outbox outbox, PlatformTransactionManager transactions) {
        return new Sayings(outbox, transactions);
    }

    @Bean
    Effects effects(JdbcClient jdbc) {
        return new Effects(jdbc);
    }

    @Bean
    Hearing hearing(Inbox inbox, Effects effects) {
        return new Hearing(inbox, effects);
    }
}
