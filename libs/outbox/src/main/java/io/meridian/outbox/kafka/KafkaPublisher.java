package io.meridian.outbox.kafka;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.Publisher;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes to Kafka, each time it is opened with a producer of its own.
 *
 * <p>A producer that has failed to deliver one record may still deliver the ones after it. So there is one request in flight, and the
 * first failure closes the producer before its next request: what comes after a lost record is lost with it, and is sent again in
 * order.
 */
public final class KafkaPublisher implements Publisher {

    private static final Duration CLOSE_TIME = Duration.ofSeconds(5);

    private final Supplier<Producer<String, byte[]>> producers;
    private final Runnable createMissingTopics;
    private final String source;
    private volatile boolean hasFailed;

    /**
     * A publisher.
     *
     * @param producers each configured by {@link #producerConfig}
     * @param createMissingTopics run before the first attempt after a failure; a missing topic may have been the reason
     * @param source the {@code ce_source} of everything published
     */
    public KafkaPublisher(Supplier<Producer<String, byte[]>> producers, Runnable createMissingTopics, String source) {
        this.producers = producers;
        this.createMissingTopics = createMissingTopics;
        this.source = source;
    }

    /** What the guarantees need, on top of how to reach Kafka; how long a send may wait for its topic stays as it is, if it is there. */
    public static Map<String, Object> producerConfig(Map<String, Object> connection) {
        var config = new HashMap<>(connection);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        // With one request in flight, records that arrive meanwhile gather into the next batch: waiting longer gains nothing.
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000); // a broker that is away, a topic that is missing
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
        config.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        return config;
    }

    @Override
    public Publishing open() {
        if (hasFailed) {
            hasFailed = false;
            createMissingTopics.run();
        }
        return new Session(producers.get());
    }

    private final class Session implements Publishing {

        private final Producer<String, byte[]> producer;

        Session(Producer<String, byte[]> producer) {
            this.producer = producer;
        }

        @Override
        public CompletableFuture<?> publish(StoredEvent event) {
            var acknowledgement = new CompletableFuture<Void>();
            try {
                producer.send(Events.write(event, source), (_, failure) -> {
                    if (failure == null) {
                        acknowledgement.complete(null);
                    } else {
                        fail(acknowledgement, failure);
                    }
                });
            } catch (RuntimeException e) {
                fail(acknowledgement, e);
            }
            return acknowledgement;
        }

        private void fail(CompletableFuture<Void> acknowledgement, Exception failure) {
            hasFailed = true;
            producer.close(Duration.ZERO);
            acknowledgement.completeExceptionally(failure);
        }

        @Override
        public void close() {
            producer.close(hasFailed ? Duration.ZERO : CLOSE_TIME);
        }
    }
}
