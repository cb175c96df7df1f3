package io.meridian.local.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.local.platform.PlatformFailure;
import io.meridian.local.platform.PlatformFailure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The dead letters of a Kafka: every topic that ends in {@code .dlt}. Nothing is ever taken out of one; how far each was given back is
 * remembered as the offsets of a consumer group, {@value #GROUP}.
 *
 * <p>Giving back is at least once: who is stopped in the middle, or told to do so again, gives some back twice, and the inbox of whoever
 * applied them recognises that. It is bounded by what was there when it began, so a letter that comes back at once is not given back for ever.
 */
public final class DeadLetters {

    /** The group whose offsets say up to where letters were given back. */
    public static final String GROUP = "meridian-dead-letters";

    private static final String SUFFIX = ".dlt";
    private static final List<String> ADDED = List.of("kafka_dlt-", "x-parked-");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String bootstrapServers;

    /** @param bootstrapServers where Kafka is */
    public DeadLetters(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Topics that have a dead-letter topic, by their own name. */
    public TreeSet<String> topics() {
        try (var admin = admin()) {
            var names = get(admin.listTopics(new ListTopicsOptions().timeoutMs(millis(PATIENCE))).names());
            return names.stream()
                    .filter(it -> it.endsWith(SUFFIX))
                    .map(it -> it.substring(0, it.length() - SUFFIX.length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Every letter from these topics, each topic's in the order of its partitions and offsets. */
    public List<DeadLetter> of(Collection<String> topics) {
        var letters = new ArrayList<DeadLetter>();
        for (var topic : topics) {
            var marks = marks(topic);
            read(topic, Map.of(), record -> letters.add(letter(topic, record, marks)));
        }
        return letters;
    }

    /**
     * Gives letters back to the topic they came from, with their key, value and headers as they were.
     *
     * @param again also those that were given back before
     * @return how many were given back
     */
    public int replay(String topic, boolean again) {
        var from = again ? Map.<TopicPartition, Long>of() : marks(topic);
        var next = new TreeMap<TopicPartition, Long>((a, b) -> Integer.compare(a.partition(), b.partition()));
        var acknowledgements = new ArrayList<CompletableFuture<Void>>();
        try (var producer = producer()) {
            read(topic, from, record -> {
                acknowledgements.add(send(producer, asItWas(topic, record)));
                next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            });
            producer.flush();
        }
        for (var it : acknowledgements) {
            if (it.isCompletedExceptionally()) {
                throw new PlatformFailure(
                        Kind.FAILED,
                        "Not all dead letters of " + topic + " were given back: " + it.exceptionNow().getMessage()
                                + ". Nothing is marked as given back; do it again.");
            }
        }
        mark(next);
        return acknowledgements.size();
    }

    private static CompletableFuture<Void> send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        var acknowledgement = new CompletableFuture<Void>();
        producer.send(record, (_, failure) -> {
            if (failure == null) {
                acknowledgement.complete(null);
            } else {
                acknowledgement.completeExceptionally(failure);
            }
        });
        return acknowledgement;
    }

    private static ProducerRecord<byte[], byte[]> asItWas(String topic, ConsumerRecord<byte[], byte[]> letter) {
        var record = new ProducerRecord<>(topic, letter.key(), letter.value());
        for (var header : letter.headers()) {
            if (ADDED.stream().noneMatch(header.key()::startsWith)) {
                record.headers().add(header);
            }
        }
        return record;
    }

    /** Reads what is there now, from these offsets on, or from the beginning. */
    private void read(
            String topic, Map<TopicPartition, Long> from, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        try (var consumer = consumer()) {
            var partitions = consumer.partitionsFor(topic + SUFFIX, PATIENCE).stream()
                    .map(it -> new TopicPartition(it.topic(), it.partition()))
                    .toList();
            var ends = consumer.endOffsets(partitions, PATIENCE);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            from.forEach(consumer::seek);
            var deadline = System.nanoTime() + PATIENCE.toNanos();
            while (partitions.stream().anyMatch(it -> consumer.position(it, PATIENCE) < ends.getOrDefault(it, 0L))) {
                var records = consumer.poll(Duration.ofMillis(200));
                records.forEach(record -> {
                    if (record.offset() < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
                        reader.accept(record);
                    }
                });
                if (!records.isEmpty()) {
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                } else if (System.nanoTime() - deadline > 0) {
                    throw new PlatformFailure(Kind.FAILED, "Kafka gives no more of " + topic + SUFFIX + " though there is more.");
                }
            }
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    private static DeadLetter letter(
            String topic, ConsumerRecord<byte[], byte[]> record, Map<TopicPartition, Long> marks) {
        long mark = marks.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
        return new DeadLetter(
                topic,
                record.partition(),
                record.offset(),
                record.key() == null ? null : new String(record.key(), UTF_8),
                text(record, "ce_id"),
                text(record, "ce_type"),
                text(record, "x-parked-reason"),
                text(record, "x-parked-by"),
                text(record, "kafka_dlt-exception-message"),
                Instant.ofEpochMilli(record.timestamp()),
                record.value() == null ? -1 : record.value().length,
                record.offset() < mark);
    }

    private static String text(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }

    private Map<TopicPartition, Long> marks(String topic) {
        try (var admin = admin()) {
            var marks = new HashMap<TopicPartition, Long>();
            get(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata()).forEach((partition, offset) -> {
                if (offset != null && partition.topic().equals(topic + SUFFIX)) {
                    marks.put(partition, offset.offset());
                }
            });
            return marks;
        }
    }

    private void mark(Map<TopicPartition, Long> next) {
        if (next.isEmpty()) {
            return;
        }
        try (var admin = admin()) {
            var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
            next.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
            var _ = get(admin.alterConsumerGroupOffsets(GROUP, offsets).all());
        }
    }

    private Admin admin() {
        return Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "default.api.timeout.ms",
                millis(PATIENCE),
                "request.timeout.ms",
                millis(PATIENCE.dividedBy(2))));
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "delivery.timeout.ms",
                        millis(PATIENCE),
                        "request.timeout.ms",
                        millis(PATIENCE.dividedBy(2)),
                        "max.block.ms",
                        millis(PATIENCE),
                        "linger.ms",
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }

    private <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        }
    }

    private PlatformFailure unreachable(Exception cause) {
        return new PlatformFailure(
                Kind.FAILED, "Kafka at " + bootstrapServers + " does not answer; ./meridian up starts what does not run.", cause);
    }
}
