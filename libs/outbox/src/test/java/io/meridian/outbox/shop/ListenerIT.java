package io.meridian.outbox.shop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.kafka.clients.consumer.ConsumerConfig.GROUP_ID_CONFIG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.kafka.DeadLetters;
import io.meridian.outbox.kafka.Events;
import io.meridian.testkit.Parts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ContainerProperties.AckMode;

@ShopTest
class ListenerIT {

    private final KafkaTemplate<String, byte[]> kafka;
    private final ConsumerFactory<String, byte[]> consumers;
    private final KafkaListenerEndpointRegistry listeners;
    private final KafkaAdmin kafkaAdmin;
    private final Hearing hearing;
    private final Effects effects;
    private final Inbox inbox;
    private final String key = "k-" + UUID.randomUUID();

    ListenerIT(
            KafkaTemplate<String, byte[]> kafka,
            ConsumerFactory<String, byte[]> consumers,
            KafkaListenerEndpointRegistry listeners,
            KafkaAdmin kafkaAdmin,
            Hearing hearing,
            Effects effects,
            Inbox inbox) {
        this.kafka = kafka;
        this.consumers = consumers;
        this.listeners = listeners;
        this.kafkaAdmin = kafkaAdmin;
        this.hearing = hearing;
        this.effects = effects;
        this.inbox = inbox;
    }

    @Test
    void consumersAreConfiguredAsTheInboxNeedsThem() {
        assertThat(consumers.getConfigurationProperties())
                .containsEntry("enable.auto.commit", false)
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("auto.offset.reset", "earliest")
                .containsEntry("group.protocol", "classic")
                .containsEntry(
                        "partition.assignment.strategy",
                        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor")
                .containsEntry("fetch.min.bytes", 1)
                .containsEntry("max.poll.records", 100)
                .containsEntry("fetch.max.wait.ms", 100);
        var container = Objects.requireNonNull(listeners.getListenerContainer("hearing"))
                .getContainerProperties();
        assertThat(container.getAckMode()).isEqualTo(AckMode.MANUAL);
        assertThat(container.isObservationEnabled()).isTrue();
    }

    @Test
    void groupRebalancesCooperativelyAndItsListenerIsOnAVirtualThread() throws Exception {
        send("hello");
        eventually().until(() -> effects.count(key) == 1);

        assertThat(hearing.wasOnVirtualThread).isTrue();
        try (var admin = admin()) {
            assertThat(admin.describeConsumerGroups(List.of(Hearing.GROUP)).all().get().values())
                    .extracting(ConsumerGroupDescription::partitionAssignor)
                    .containsExactly("cooperative-sticky");
        }
    }

    @Test
    void committedOffsetIsTheOneAfterTheLastRecord() throws Exception {
        send("first");
        var last = send("last");

        eventually().until(() -> committed(last) == last.offset() + 1);
        assertThat(effects.count(key)).isEqualTo(2);
        try (var admin = admin()) {
            assertThat(admin.listConsumerGroupOffsets(Hearing.GROUP)
                            .partitionsToOffsetAndMetadata()
                            .get()
                            .values())
                    .anySatisfy(it -> assertThat(it.metadata()).startsWith("schema=1 listener=hearing commits="));
        }
    }

    @Test
    void poisonBecomesADeadLetterAndTheRecordsBehindItAreApplied() throws Exception {
        send("poison");
        var behind = send("good");

        eventually().until(() -> effects.count(key) == 1);
        assertThat(hearing.attempts(key)).isEqualTo(7); // once and five repetitions of the one, once the other
        eventually().until(() -> committed(behind) == behind.offset() + 1);
        var letter = deadLetter();
        assertThat(letter.value()).asString(UTF_8).isEqualTo("poison");
        assertThat(text(letter, "ce_type")).isEqualTo("shop.v1.Said");
        assertThat(text(letter, "traceparent")).isEqualTo("00-4bf9-00f0-01");
        assertThat(text(letter, "kafka_dlt-original-topic")).isEqualTo(Shop.HEARD);
        assertThat(text(letter, DeadLetters.REASON)).isEqualTo("failed");
        assertThat(text(letter, DeadLetters.BY)).isEqualTo("shop-under-test");
        assertThat(text(letter, "kafka_dlt-exception-message")).contains("quantity must be positive, was -1");
        assertThat(letter.headers().lastHeader("kafka_dlt-exception-stacktrace")).isNull();
    }

    @Test
    void unreadableRecordBecomesADeadLetterAtOnceAndItsOffsetIsCommitted() throws Exception {
        var last = send("no envelope", record -> record.headers().remove("ce_id"));

        assertThat(text(deadLetter(), "kafka_dlt-exception-message")).contains("ce_id");
        assertThat(hearing.attempts(key)).isEqualTo(1);
        eventually().until(() -> committed(last) == last.offset() + 1);
    }

    @Test
    void transientFailureIsRetriedInPlace() throws Exception {
        send("deadlock twice");
        send("behind");

        eventually().until(() -> effects.count(key) == 2);
        assertThat(hearing.attempts(key)).isEqualTo(4);
    }

    @Test
    void killedDatabaseIsWaitedForAndNothingBecomesADeadLetter() throws Exception {
        Parts.postgres().kill();
        try {
            send("in the dark");
            eventually().until(() -> hearing.attempts(key) >= 2);
        } finally {
            Parts.postgres().start();
        }

        eventually().ignoreExceptions().until(() -> effects.count(key) == 1);
        try (var letters = new TopicReader(Shop.HEARD + ".dlt")) {
            assertThat(letters.records(key)).isEmpty();
        }
    }

    @Test
    void listenerThatFailsAfterItsEffectIsRepeatedWithoutTheEffect() throws Exception {
        var last = send("crash before ack");

        eventually().until(() -> committed(last) == last.offset() + 1);
        assertThat(hearing.attempts(key)).isEqualTo(2);
        assertThat(effects.count(key)).isEqualTo(1);
    }

    @Test
    void consumerThatCrashesBeforeItsCommitIsFollowedByOneThatRepeatsNothing() throws Exception {
        var listener = Objects.requireNonNull(listeners.getListenerContainer("hearing"));
        listener.stop(); // it would hear the same record and add its own effect
        try {
            send("hello");
            var withoutInbox = key + " without inbox";

            for (int crash = 0; crash < 2; crash++) {
                var event = Events.read(receiveAndCrash());
                assertThat(inbox.once("crashing", event, () -> effects.happen(key))).isEqualTo(crash == 0);
                effects.happen(withoutInbox);
            }

            assertThat(effects.count(key)).isEqualTo(1);
            assertThat(effects.count(withoutInbox)).isEqualTo(2);
        } finally {
            listener.start();
        }
    }

    /** What a consumer sees that dies between the effect and the commit. */
    private ConsumerRecord<String, byte[]> receiveAndCrash() {
        var config = new HashMap<>(consumers.getConfigurationProperties());
        config.put(GROUP_ID_CONFIG, "crashing-" + key);
        try (var consumer = new KafkaConsumer<String, byte[]>(config)) {
            consumer.subscribe(List.of(Shop.HEARD));
            var found = new ConsumerRecord[1];
            eventually().until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (key.equals(record.key())) {
                        found[0] = record;
                    }
                });
                return found[0] != null;
            });
            return cast(found[0]);
        }
    }

    @SuppressWarnings("unchecked")
    private static ConsumerRecord<String, byte[]> cast(ConsumerRecord<?, ?> record) {
        return (ConsumerRecord<String, byte[]>) record;
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60));
    }

    private RecordMetadata send(String words) throws Exception {
        return send(words, _ -> {});
    }

    private RecordMetadata send(String words, Consumer<ProducerRecord<String, byte[]>> change) throws Exception {
        var record = new ProducerRecord<>(Shop.HEARD, key, words.getBytes(UTF_8));
        Map.of(
                        "ce_id", UUID.randomUUID().toString(),
                        "ce_type", "shop.v1.Said",
                        "ce_source", "elsewhere",
                        "ce_time", "2026-11-21T09:13:00Z",
                        "traceparent", "00-4bf9-00f0-01")
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        change.accept(record);
        return kafka.send(record).get().getRecordMetadata();
    }

    private ConsumerRecord<String, byte[]> deadLetter() {
        try (var letters = new TopicReader(Shop.HEARD + ".dlt")) {
            eventually().until(() -> !letters.records(key).isEmpty());
            assertThat(letters.records(key)).hasSize(1);
            return letters.records(key).getFirst();
        }
    }

    private static String text(ConsumerRecord<?, ?> record, String header) {
        return new String(record.headers().lastHeader(header).value(), UTF_8);
    }

    private long committed(RecordMetadata record) throws Exception {
        try (var admin = admin()) {
            var offset = admin.listConsumerGroupOffsets(Hearing.GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(record.topic(), record.partition()));
            return offset == null ? -1 : offset.offset();
        }
    }

    private Admin admin() {
        return Admin.create(kafkaAdmin.getConfigurationProperties());
    }
}
