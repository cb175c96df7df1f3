package io.meridian.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.outbox.StoredEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaPublisherTest {

    private final List<MockProducer<String, byte[]>> producers = new ArrayList<>();
    private final AtomicInteger topicCreations = new AtomicInteger();
    private final KafkaPublisher publisher =
            new KafkaPublisher(this::producer, topicCreations::incrementAndGet, "order-service");

    @Test
    void eventIsAcknowledgedWhenKafkaHasIt() {
        var publishing = publisher.open();

        var acknowledgement = publishing.publish(event("o-1"));

        assertThat(acknowledgement).isNotDone();
        producers.getFirst().completeNext();
        assertThat(acknowledgement).isCompleted();
        assertThat(producers.getFirst().history().getFirst().key()).isEqualTo("o-1");
    }

    @Test
    void firstFailureEndsTheProducerSoThatNothingOvertakes() {
        var publishing = publisher.open();
        var first = publishing.publish(event("o-1"));

        producers.getFirst().errorNext(new TimeoutException("no leader"));

        assertThat(first).isCompletedExceptionally();
        assertThat(producers.getFirst().closed()).isTrue();
        assertThat(publishing.publish(event("o-1"))).isCompletedExceptionally();
    }

    @Test
    void missingTopicsAreCreatedBeforeTheAttemptAfterAFailureOnly() {
        var unused = publisher.open().publish(event("o-1"));
        assertThat(topicCreations).hasValue(0);
        producers.getFirst().errorNext(new TimeoutException("topic not present in metadata"));

        publisher.open();

        assertThat(producers).hasSize(2);
        assertThat(topicCreations).hasValue(1);
        publisher.open();
        assertThat(topicCreations).hasValue(1);
    }

    @Test
    void orderSurvivesEveryConnectionSetting() {
        var config = KafkaPublisher.producerConfig(Map.of(
                "bootstrap.servers", "127.0.0.1:1",
                "acks", "1",
                "max.in.flight.requests.per.connection", "5",
                "transactional.id", "tx"));

        assertThat(config)
                .containsEntry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1")
                .containsEntry(ProducerConfig.ACKS_CONFIG, "all")
                .containsEntry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true)
                .containsEntry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1)
                .doesNotContainKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    }

    private MockProducer<String, byte[]> producer() {
        var producer = new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
        producers.add(producer);
        return producer;
    }

    private static StoredEvent event(String aggregateId) {
        return new StoredEvent(
                UUID.randomUUID(), "orders.v1", aggregateId, "t", new byte[0], Map.of(), Instant.EPOCH);
    }
}
