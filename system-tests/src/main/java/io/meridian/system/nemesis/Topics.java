package io.meridian.system.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topics of the platform as somebody sees and uses them who is no service of it. */
final class Topics {

    static final String ORDERS = "orders.v1";
    static final String INVENTORY = "inventory.v1";
    static final String PAYMENTS = "payments.v1";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Arena arena;

    Topics(Arena arena) {
        this.arena = arena;
    }

    /** Which topics a consumer group reads. */
    static List<String> readBy(String group) {
        return group.equals("order-service") ? List.of(INVENTORY, PAYMENTS) : List.of(ORDERS);
    }

    /** Which consumer groups read a topic. */
    static List<String> readersOf(String topic) {
        return topic.equals(ORDERS) ? List.of("inventory-service", "payment-service") : List.of("order-service");
    }

    List<TopicPartition> partitions(String topic) throws ExecutionException, InterruptedException {
        return arena.kafka().describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                .flatMap(it -> it.partitions().stream())
                .map(it -> new TopicPartition(topic, it.partition()))
                .toList();
    }

    /** Where each partition ends. */
    Map<TopicPartition, Long> ends(String topic) throws ExecutionException, InterruptedException {
        var asked = partitions(topic).stream().collect(Collectors.toMap(it -> it, _ -> OffsetSpec.latest()));
        var ends = new HashMap<TopicPartition, Long>();
        arena.kafka().listOffsets(asked).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    /** How far a group has come, for the partitions in which it has come anywhere. */
    Map<TopicPartition, Long> committed(String group) throws ExecutionException, InterruptedException {
        var committed = new HashMap<TopicPartition, Long>();
        arena.kafka().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().forEach((partition, offset) -> {
            if (offset != null) {
                committed.put(partition, offset.offset());
            }
        });
        return committed;
    }

    /** Requires every reader of the topic to have come to these offsets. */
    void requireReadTo(String topic, Map<TopicPartition, Long> offsets) throws Exception {
        for (var group : readersOf(topic)) {
            var committed = committed(group);
            offsets.forEach((partition, offset) -> {
                if (committed.getOrDefault(partition, 0L) < offset) {
                    throw new IllegalStateException(
                            group + " has come to " + committed.get(partition) + " of " + offset + " in " + partition);
                }
            });
        }
    }

    /** Puts a group, which must have no members, back to the beginning of all it reads. */
    void rewind(String group) throws ExecutionException, InterruptedException {
        var zero = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var topic : readBy(group)) {
            partitions(topic).forEach(it -> zero.put(it, new OffsetAndMetadata(0)));
        }
        arena.kafka().alterConsumerGroupOffsets(group, zero).all().get();
    }

    /** The ids under which the group's members are known at present. */
    Set<String> members(String group) throws ExecutionException, InterruptedException {
        var members = new HashSet<String>();
        arena.kafka().describeConsumerGroups(List.of(group)).all().get().values().stream()
                .flatMap(it -> it.members().stream())
                .forEach(it -> members.add(it.consumerId()));
        return members;
    }

    /** Up to {@code most} of the last records of a topic's partitions. */
    List<ConsumerRecord<byte[], byte[]>> last(String topic, int most) throws ExecutionException, InterruptedException {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", arena.kafkaAddress(), "key.deserializer", ByteArrayDeserializer.class, "value.deserializer", ByteArrayDeserializer.class);
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var ends = ends(topic);
        var each = Math.max(1, most / ends.size());
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
            consumer.assign(ends.keySet());
            ends.forEach((partition, end) -> consumer.seek(partition, Math.max(0, end - each)));
            var until = System.nanoTime() + PATIENCE.toNanos();
            var wanted = ends.values().stream().mapToLong(it -> Math.min(it, each)).sum();
            while (found.size() < wanted && System.nanoTime() < until) {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            }
        }
        return found;
    }

    /** Writes records and returns where each came to lie, when all are durable. */
    List<RecordMetadata> write(List<ProducerRecord<byte[], byte[]>> records) throws ExecutionException, InterruptedException {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", arena.kafkaAddress(),
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class,
                "acks", "all",
                "max.block.ms", PATIENCE.toMillis());
        var written = new ArrayList<RecordMetadata>();
        try (var producer = new KafkaProducer<byte[], byte[]>(settings)) {
            var sent = new ArrayList<Future<RecordMetadata>>();
            records.forEach(it -> sent.add(producer.send(it)));
            for (var each : sent) {
                written.add(each.get());
            }
        }
        return written;
    }

    /** The same records once more, the last first. */
    static List<ProducerRecord<byte[], byte[]>> again(List<ConsumerRecord<byte[], byte[]>> records) {
        var copies = new ArrayList<ProducerRecord<byte[], byte[]>>();
        records.forEach(it -> copies.add(
                new ProducerRecord<>(it.topic(), it.partition(), it.key(), it.value(), it.headers())));
        Collections.reverse(copies);
        return copies;
    }

    /** The offsets behind records that were written. */
    static Map<TopicPartition, Long> behind(List<RecordMetadata> written) {
        var behind = new HashMap<TopicPartition, Long>();
        written.forEach(it -> behind.merge(new TopicPartition(it.topic(), it.partition()), it.offset() + 1, Math::max));
        return behind;
    }
}
