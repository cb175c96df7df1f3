package io.meridian.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.springframework.kafka.listener.DeadLetterPublishingRecoverer.HeaderNames.HeadersToAdd.EX_STACKTRACE;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.listener.ConsumerAwareRecordRecoverer;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;

/**
 * Where records go that nobody could handle: {@code <topic>.dlt}, with their key, value and headers, the reason in
 * {@link #REASON}, and the failure in {@code kafka_dlt-exception-*} headers.
 *
 * <p>Guarantees that a record is passed over only after its dead letter is durable: if that cannot be written, the record is tried again
 * from the start. A dead letter may be written twice.
 */
public final class DeadLetters implements ConsumerAwareRecordRecoverer {

    /** What is appended to a topic's name for its dead letters. */
    public static final String SUFFIX = ".dlt";

    /** The header that says why: a {@link ParkedReason} in lower case with hyphens. */
    public static final String REASON = "x-parked-reason";

    /** The header that says in which application. */
    public static final String BY = "x-parked-by";

    /** Headers that a dead letter has and its record had not begin with one of these. */
    public static final List<String> ADDED = List.of("kafka_dlt-", "x-parked-");

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    private static final Duration COMMIT_TIME = Duration.ofSeconds(5);

    private final DeadLetterPublishingRecoverer publisher;
    private final Runnable createMissingTopics;

    /**
     * Dead letters by way of {@code kafka}.
     *
     * @param application who puts records aside
     * @param createMissingTopics run when a dead letter could not be written; a missing topic may have been the reason
     */
    public DeadLetters(KafkaOperations<String, byte[]> kafka, String application, Runnable createMissingTopics) {
        this.publisher = new DeadLetterPublishingRecoverer(kafka, DeadLetters::destination);
        this.publisher.setHeadersFunction((_, failure) -> new RecordHeaders()
                .add(REASON, ParkedReason.of(failure).text().getBytes(UTF_8))
                .add(BY, application.getBytes(UTF_8)));
        this.publisher.excludeHeader(EX_STACKTRACE); // it is in the log, and could make the letter too large
        this.createMissingTopics = createMissingTopics;
    }

    /** The key decides the partition, as it did in the original topic: the two may differ in their number of partitions. */
    private static TopicPartition destination(ConsumerRecord<?, ?> record, Exception reason) {
        return new TopicPartition(record.topic() + SUFFIX, -1);
    }

    @Override
    public void accept(ConsumerRecord<?, ?> record, @Nullable Consumer<?, ?> consumer, @Nullable Exception reason) {
        try {
            publisher.accept(record, consumer, Objects.requireNonNullElseGet(reason, DeadLetters::unknown));
        } catch (RuntimeException e) {
            createMissingTopics.run();
            throw e;
        }
        if (consumer != null) {
            passOver(record, consumer);
        }
    }

    private static Exception unknown() {
        return new IllegalStateException("the listener gave no reason");
    }

    /** Nobody acknowledges a record that failed, and no later one may come for a long time. */
    private static void passOver(ConsumerRecord<?, ?> record, Consumer<?, ?> consumer) {
        var partition = new TopicPartition(record.topic(), record.partition());
        try {
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(record.offset() + 1)), COMMIT_TIME);
        } catch (KafkaException e) {
            log.info("Offset of dead letter {}@{} was not committed, so it may be written again", partition, record.offset(), e);
        }
    }
}
