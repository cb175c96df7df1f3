package io.meridian.outbox.shop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.kafka.clients.consumer.ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.kafka.KafkaPublisher;
import io.meridian.outbox.kafka.TransactionalPublisher;
import io.meridian.outbox.relay.Publisher;
import io.meridian.testkit.Parts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

@ShopTest
class TransactionalPublisherIT {

    private static final Map<String, Object> KAFKA =
            Map.of(BOOTSTRAP_SERVERS_CONFIG, Parts.kafka().bootstrapServers(), "max.block.ms", 10_000);

    private final String id = "relay-" + UUID.randomUUID();
    private final String key = "t-" + UUID.randomUUID();

    @Test
    void eventsOfOneSourceTransactionAreSeenTogetherOrNotAtAll() throws Exception {
        try (var publishing = transactional().open()) {
            var first = publishing.publish(event("first"));
            publishing.publish(event("second"));
            publishing.ended();

            // Kafka has both, as its dirty readers can see; who reads what is committed sees neither.
            eventually().until(() -> seen("read_uncommitted").size() == 2);
            assertThat(seen("read_committed")).isEmpty();
            assertThat(first).isNotDone();

            publishing.hurry();

            assertThat(first).isCompleted();
            eventually().until(() -> seen("read_committed").equals(List.of("first", "second")));
        }
    }

    /** The negative control: what the plain publisher shows. */
    @Test
    void plainPublisherShowsHalfATransaction() throws Exception {
        try (var publishing = new KafkaPublisher(
                        () -> new KafkaProducer<>(KafkaPublisher.producerConfig(KAFKA)), () -> {}, "test")
                .open()) {
            publishing.publish(event("first"));

            eventually().until(() -> seen("read_committed").equals(List.of("first")));
        }
    }

    @Test
    void nothingOfAnAttemptThatWasGivenUpIsSeen() throws Exception {
        try (var publishing = transactional().open()) {
            publishing.publish(event("given up"));
            eventually().until(() -> seen("read_uncommitted").size() == 1);
        }
        try (var publishing = transactional().open()) {
            publishing.publish(event("again"));
            publishing.hurry();
        }

        eventually().until(() -> seen("read_committed").contains("again"));
        assertThat(seen("read_committed")).containsExactly("again");
    }

    @Test
    void whoeverOpensItFencesTheOneBefore() throws Exception {
        try (var sleeper = transactional().open();
                var successor = transactional().open()) {
            successor.publish(event("new"));
            successor.hurry();

            CompletableFuture<?> stale = sleeper.publish(event("old"));
            sleeper.hurry();

            eventually().until(stale::isCompletedExceptionally);
            assertThat(stale.exceptionNow()).isInstanceOf(KafkaException.class);
            eventually().until(() -> seen("read_committed").equals(List.of("new")));
        }
    }

    private Publisher transactional() {
        var config = TransactionalPublisher.producerConfig(KAFKA, id);
        return new TransactionalPublisher(() -> new KafkaProducer<>(config), () -> {}, "test");
    }

    private StoredEvent event(String words) {
        return new StoredEvent(
                UUID.randomUUID(), Shop.SAID, key, "T", words.getBytes(UTF_8), Map.of(), Instant.EPOCH);
    }

    /** What a reader of that isolation sees now, from the beginning. */
    private List<String> seen(String isolation) {
        var config = Map.<String, Object>of(
                BOOTSTRAP_SERVERS_CONFIG, Parts.kafka().bootstrapServers(), "isolation.level", isolation);
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            var partitions = consumer.partitionsFor(Shop.SAID).stream()
                    .map(it -> new TopicPartition(it.topic(), it.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions); // of read_committed the last stable ones
            var words = new ArrayList<String>();
            while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.getOrDefault(it, 0L))) {
                consumer.poll(Duration.ofMillis(50)).forEach(it -> {
                    if (key.equals(it.key())) {
                        words.add(it.value());
                    }
                });
            }
            return words;
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60));
    }
}
