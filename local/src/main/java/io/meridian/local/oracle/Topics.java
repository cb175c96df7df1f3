package io.meridian.local.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.local.oracle.Evidence.DeadLetter;
import io.meridian.local.oracle.Evidence.Events;
import io.meridian.local.oracle.Evidence.Heard;
import io.meridian.local.oracle.Evidence.Lag;
import io.meridian.local.oracle.Evidence.Published;
import io.meridian.local.oracle.Evidence.Said;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** The platform's topics, read from their beginning once and from there on each time; it joins no group and commits nothing. */
final class Topics implements AutoCloseable {

    private static final String DEAD = ".dlt";

    /** Reading a topic takes seconds at most; a broker that says nothing for so long says nothing. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration ONE_POLL = Duration.ofMillis(200);

    private final String kafka;
    private final List<Published> published = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final Tables.Words words = new Tables.Words();
    private @Nullable KafkaConsumer<String, byte[]> consumer;
    private @Nullable Admin admin;

    Topics(String kafka) {
        this.kafka = kafka;
    }

    /** What the topics hold by now, with what was said and heard before. */
    Events read(List<Said> said, List<Heard> heard) throws IOException {
        try {
            var reader = reader();
            var partitions = partitions(reader);
            follow(reader, partitions);
            // Offsets are read before the ends: a group is never seen ahead of its topic.
            var committed = committed();
            var ends = reader.endOffsets(partitions, PATIENCE);
            var begins = reader.beginningOffsets(partitions, PATIENCE);
            readUpTo(reader, ends);
            return new Events(said, published, heard, lags(committed, begins, ends), deadLetters);
        } catch (KafkaException fault) {
            close(); // what it knows of the cluster may be what is wrong
            throw new IOException(fault.getMessage(), fault);
        }
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
        if (admin != null) {
            admin.close(Duration.ofSeconds(2));
            admin = null;
        }
        published.clear();
        deadLetters.clear();
    }

    private KafkaConsumer<String, byte[]> reader() {
        if (consumer == null) {
            consumer = new KafkaConsumer<>(
                    Map.of(
                            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka,
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000,
                            ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
                    new StringDeserializer(),
                    new ByteArrayDeserializer());
        }
        return consumer;
    }

    private Admin asker() {
        if (admin == null) {
            admin = Admin.create(Map.of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000,
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000));
        }
        return admin;
    }

    private static Set<String> topics() {
        return Arrays.stream(Consumer.values()).map(Consumer::topic).collect(Collectors.toSet());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<String, byte[]> reader) {
        var wanted = new HashSet<String>();
        topics().forEach(it -> wanted.addAll(List.of(it, it + DEAD)));
        return reader.listTopics(PATIENCE).entrySet().stream()
                .filter(it -> wanted.contains(it.getKey()))
                .flatMap(it -> it.getValue().stream())
                .map(it -> new TopicPartition(it.topic(), it.partition()))
                .toList();
    }

    /** Partitions that are new are read from their beginning, the others go on. */
    private static void follow(KafkaConsumer<String, byte[]> reader, Collection<TopicPartition> partitions) {
        if (!reader.assignment().equals(new HashSet<>(partitions))) {
            var positions = new HashMap<TopicPartition, Long>();
            reader.assignment().forEach(it -> positions.put(it, reader.position(it, PATIENCE)));
            reader.assign(partitions);
            var fresh = partitions.stream().filter(it -> !positions.containsKey(it)).toList();
            if (!fresh.isEmpty()) {
                reader.seekToBeginning(fresh);
            }
            positions.forEach((partition, position) -> {
                if (partitions.contains(partition)) {
                    reader.seek(partition, position);
                }
            });
        }
    }

    private void readUpTo(KafkaConsumer<String, byte[]> reader, Map<TopicPartition, Long> ends) throws IOException {
        var begin = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(it -> reader.position(it.getKey(), PATIENCE) < it.getValue())) {
            reader.poll(ONE_POLL).forEach(this::take);
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IOException("the topics were not read to their ends within " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        var id = header(record, "ce_id");
        if (record.topic().endsWith(DEAD)) {
            deadLetters.add(new DeadLetter(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    id,
                    header(record, "kafka_dlt-original-consumer-group"),
                    reason(record)));
        } else if (id != null) {
            published.add(new Published(
                    words.same(record.topic()),
                    record.partition(),
                    record.offset(),
                    record.key(),
                    id,
                    words.same(String.valueOf(header(record, "ce_type"))),
                    time(record)));
        }
    }

    private static String reason(ConsumerRecord<String, byte[]> record) {
        var cause = header(record, "kafka_dlt-exception-cause-fqcn");
        var message = header(record, "kafka_dlt-exception-message");
        return (cause == null ? "" : cause.substring(cause.lastIndexOf('.') + 1) + ": ")
                + (message == null ? "no reason given" : message.lines().findFirst().orElse(message));
    }

    private static Instant time(ConsumerRecord<String, byte[]> record) {
        try {
            var said = header(record, "ce_time");
            return said == null ? Instant.ofEpochMilli(record.timestamp()) : Instant.parse(said);
        } catch (DateTimeException _) {
            return Instant.ofEpochMilli(record.timestamp());
        }
    }

    private static @Nullable String header(ConsumerRecord<String, byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    private Map<String, Map<TopicPartition, OffsetAndMetadata>> committed() throws IOException {
        var groups = Arrays.stream(Consumer.values())
                .map(Consumer::group)
                .distinct()
                .collect(Collectors.toMap(it -> it, _ -> new ListConsumerGroupOffsetsSpec()));
        try {
            return asker().listConsumerGroupOffsets(groups).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException fault) {
            throw new IOException("the groups' offsets cannot be had: " + fault.getMessage(), fault);
        } catch (InterruptedException fault) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", fault);
        }
    }

    private static List<Lag> lags(
            Map<String, Map<TopicPartition, OffsetAndMetadata>> committed,
            Map<TopicPartition, Long> begins,
            Map<TopicPartition, Long> ends) {
        var lags = new ArrayList<Lag>();
        for (var group : new TreeMap<>(committed).entrySet()) {
            var heard = Arrays.stream(Consumer.values())
                    .filter(it -> it.group().equals(group.getKey()))
                    .map(Consumer::topic)
                    .collect(Collectors.toSet());
            ends.forEach((partition, end) -> {
                if (heard.contains(partition.topic())) {
                    var offset = group.getValue().get(partition);
                    lags.add(new Lag(
                            group.getKey(),
                            partition.topic(),
                            partition.partition(),
                            offset == null ? begins.getOrDefault(partition, 0L) : offset.offset(),
                            end));
                }
            });
        }
        return lags;
    }
}
