package io.meridian.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

class DeadLettersTest {

    private static final TopicPartition PARTITION = new TopicPartition("orders.v1", 3);

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final AtomicInteger topicCreations = new AtomicInteger();
    private final DeadLetters deadLetters = new DeadLetters(
            new KafkaTemplate<>(new ProducerFactory<>() {
                @Override
                public Producer<String, byte[]> createProducer() {
                    return producer;
                }

                @Override
                public Map<String, Object> getConfigurationProperties() {
                    return Map.of("delivery.timeout.ms", 100);
                }
            }),
            "payment-service",
            topicCreations::incrementAndGet);
    private final ConsumerRecord<String, byte[]> record =
            new ConsumerRecord<>("orders.v1", 3, 42, "o-1", new byte[] {7});

    DeadLettersTest() {
        consumer.assign(List.of(PARTITION));
    }

    @Test
    void recordIsPassedOverWhenItsDeadLetterIsWritten() {
        deadLetters.accept(record, consumer, new IllegalStateException("bad"));

        var letter = producer.history().getFirst();
        assertThat(letter.topic()).isEqualTo("orders.v1.dlt");
        assertThat(letter.key()).isEqualTo("o-1");
        assertThat(letter.partition()).isNull();
        assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION)).extracting(it -> it.offset()).isEqualTo(43L);
        assertThat(topicCreations).hasValue(0);
    }

    @Test
    void letterSaysWhyItIsOneAndWhoPutItAside() {
        deadLetters.accept(
                record, consumer, new RuntimeException(UnreadableEventException.unknownType("order.v1.OrderShipped")));

        var letter = producer.history().getFirst();
        assertThat(text(letter, DeadLetters.REASON)).isEqualTo("unknown-type");
        assertThat(text(letter, DeadLetters.BY)).isEqualTo("payment-service");
        assertThat(ParkedReason.of(new IllegalStateException("bad")).text()).isEqualTo("failed");
        assertThat(ParkedReason.of(UnreadableEventException.unknownVersion("v2")).text()).isEqualTo("unknown-version");
        assertThat(ParkedReason.of(new UnreadableEventException("no ce_id")).text()).isEqualTo("unreadable");
    }

    private static String text(ProducerRecord<?, ?> letter, String header) {
        return new String(letter.headers().lastHeader(header).value(), UTF_8);
    }

    @Test
    void recordIsNotPassedOverWhenItsDeadLetterIsNot() {
        producer.sendException = new TimeoutException("topic not present in metadata");

        assertThatException()
                .isThrownBy(() -> deadLetters.accept(record, consumer, new IllegalStateException("bad")));

        assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION)).isNull();
        assertThat(topicCreations).hasValue(1);
    }

    @Test
    void deadLetterWithoutACommitIsWrittenAllTheSame() {
        consumer.close(Duration.ZERO);

        deadLetters.accept(record, null, new IllegalStateException("bad"));

        assertThat(producer.history()).hasSize(1);
    }
}
