package io.meridian.local.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.meridian.local.parts.Kafka;
import io.meridian.local.parts.Lifetime;
import io.meridian.local.parts.PartSettings;
import io.meridian.local.parts.Ports;
import io.meridian.local.platform.PlatformFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** On a Kafka of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadLettersIT {

    private static final Duration BOUND = Duration.ofSeconds(90);

    private String servers = "";
    private @Nullable Kafka kafka;
    private final String topic = "orders-" + System.nanoTime();

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        int port = Ports.free();
        servers = "127.0.0.1:" + port;
        var own = new Kafka(new PartSettings(directory, port, Path.of("target/parts"), Lifetime.ITS_PARENTS));
        kafka = own;
        own.start();
        own.awaitReady(BOUND);
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1), new NewTopic(topic + ".dlt", 2, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @AfterAll
    void end() {
        if (kafka != null) {
            kafka.kill();
        }
    }

    @Test
    void lettersAreListedWithTheirReasonAndGivenBackOnceAsTheyWere() throws Exception {
        var letters = new DeadLetters(servers);
        put("o-1", "unknown-type");
        put("o-2", "failed");

        assertThat(letters.topics()).contains(topic);
        assertThat(letters.of(List.of(topic)))
                .extracting(DeadLetter::key, DeadLetter::reason, DeadLetter::by, DeadLetter::type, DeadLetter::isReplayed)
                .containsExactlyInAnyOrder(
                        tuple("o-1", "unknown-type", "payment-service", "order.v1.OrderShipped", false),
                        tuple("o-2", "failed", "payment-service", "order.v1.OrderShipped", false));

        assertThat(letters.replay(topic, false)).isEqualTo(2);

        assertThat(letters.of(List.of(topic))).allMatch(DeadLetter::isReplayed);
        var back = read();
        assertThat(back).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("o-1", "o-2");
        assertThat(back).allSatisfy(record -> {
            assertThat(record.value()).isEqualTo("value of " + record.key());
            assertThat(record.headers().toArray()).extracting(it -> it.key()).containsExactly("ce_id", "ce_type", "traceparent");
        });

        assertThat(letters.replay(topic, false)).isZero();
        put("o-3", "tombstone");
        assertThat(letters.replay(topic, false)).isEqualTo(1);
        assertThat(letters.replay(topic, true)).isEqualTo(3);
        assertThat(read()).hasSize(6);
    }

    @Test
    void kafkaThatIsNotThereIsSaid() {
        var letters = new DeadLetters("127.0.0.1:" + Ports.free());

        assertThatThrownBy(letters::topics)
                .isInstanceOf(PlatformFailure.class)
                .hasMessageContaining("does not answer");
    }

    private void put(String key, String reason) throws Exception {
        var record = new ProducerRecord<>(topic + ".dlt", key, "value of " + key);
        var headers = new LinkedHashMap<String, String>();
        headers.put("ce_id", "id of " + key);
        headers.put("ce_type", "order.v1.OrderShipped");
        headers.put("traceparent", "00-4bf9-00f0-01");
        headers.put("x-parked-reason", reason);
        headers.put("x-parked-by", "payment-service");
        headers.put("kafka_dlt-exception-message", "says nothing that this release knows");
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new StringSerializer(), new StringSerializer())) {
            producer.send(record).get(30, TimeUnit.SECONDS);
        }
    }

    private List<ConsumerRecord<String, String>> read() {
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers), new StringDeserializer(), new StringDeserializer())) {
            var partitions = List.of(0, 1, 2).stream().map(it -> new TopicPartition(topic, it)).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<String, String>>();
            while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.getOrDefault(it, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }
}
