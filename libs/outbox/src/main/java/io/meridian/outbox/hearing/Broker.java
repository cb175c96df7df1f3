package io.meridian.outbox.hearing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** What the broker knows about groups and topics; asked apart from the consumers, so that it is a second opinion. */
class Broker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Supplier<Admin> admins;
    private @Nullable Admin admin;

    /** @param admins asked when the broker is first */
    Broker(Supplier<Admin> admins) {
        this.admins = admins;
    }

    /** The broker could not be asked. */
    static final class UnknownException extends Exception {

        private static final long serialVersionUID = 1L;

        UnknownException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }

    Map<TopicPartition, Long> committed(String group, Set<TopicPartition> partitions) throws UnknownException {
        var found = get(admin().listConsumerGroupOffsets(
                        Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)),
                        new ListConsumerGroupOffsetsOptions().timeoutMs(Math.toIntExact(PATIENCE.toMillis())))
                .partitionsToOffsetAndMetadata(group));
        var offsets = new HashMap<TopicPartition, Long>();
        found.forEach((partition, offset) -> {
            if (offset != null) {
                offsets.put(partition, offset.offset());
            }
        });
        return offsets;
    }

    Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) throws UnknownException {
        return offsets(partitions, OffsetSpec.latest());
    }

    Map<TopicPartition, Long> starts(Set<TopicPartition> partitions) throws UnknownException {
        return offsets(partitions, OffsetSpec.earliest());
    }

    private Map<TopicPartition, Long> offsets(Set<TopicPartition> partitions, OffsetSpec which) throws UnknownException {
        var asked = partitions.stream().collect(Collectors.toMap(it -> it, _ -> which));
        var found = get(admin().listOffsets(asked, new ListOffsetsOptions().timeoutMs(Math.toIntExact(PATIENCE.toMillis())))
                .all());
        var offsets = new HashMap<TopicPartition, Long>();
        found.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        return offsets;
    }

    /** How many partitions the topics have together. */
    int partitions(Collection<String> topics) throws UnknownException {
        return get(admin().describeTopics(topics).allTopicNames()).values().stream()
                .mapToInt(it -> it.partitions().size())
                .sum();
    }

    /** The longest time that one of the topics keeps a record; {@link Long#MAX_VALUE} milliseconds if that is for ever. */
    Duration retention(Collection<String> topics) throws UnknownException {
        var asked = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        long longest = 0;
        for (var config : get(admin().describeConfigs(asked).all()).values()) {
            var kept = config.get(TopicConfig.RETENTION_MS_CONFIG);
            long millis = kept == null || kept.value() == null ? -1 : Long.parseLong(kept.value());
            longest = Math.max(longest, millis < 0 ? Long.MAX_VALUE : millis);
        }
        return Duration.ofMillis(longest);
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin = admins.get();
        }
        return admin;
    }

    private static <T> T get(KafkaFuture<T> future) throws UnknownException {
        try {
            return future.get(PATIENCE.toMillis(), MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnknownException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownException(e);
        }
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
            admin = null;
        }
    }
}
