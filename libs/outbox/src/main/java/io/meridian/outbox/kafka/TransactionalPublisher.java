package io.meridian.outbox.kafka;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.Publisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Publishes to Kafka in Kafka's transactions, each of which holds whole transactions of the source.
 *
 * <p>On top of what {@link KafkaPublisher} guarantees: readers with {@code read_committed} see the events of one source transaction
 * together or not at all (unless it has more of them than may be in flight, {@code meridian.outbox.relay.max-in-flight}, and is
 * published in parts), and nothing of an attempt that failed; and whoever opens it fences at the broker every earlier one of the same
 * transactional id, so that a relay that wakes from a long sleep can publish nothing. Costs the round trips of a commit: source
 * transactions that arrive together share one.
 */
public final class TransactionalPublisher implements Publisher {

    private static final Duration CLOSE_TIME = Duration.ofSeconds(5);

    /** Events to a Kafka transaction before it is committed although more may come: enough to make the commit's cost small beside theirs. */
    private static final int COMPANY = 200;

    private final Supplier<Producer<String, byte[]>> producers;
    private final Runnable createMissingTopics;
    private final String source;
    private boolean hasFailed;

    /**
     * A publisher.
     *
     * @param producers each configured by {@link #producerConfig}
     * @param createMissingTopics run before the first attempt after a failure; a missing topic may have been the reason
     * @param source the {@code ce_source} of everything published
     */
    public TransactionalPublisher(
            Supplier<Producer<String, byte[]>> producers, Runnable createMissingTopics, String source) {
        this.producers = producers;
        this.createMissingTopics = createMissingTopics;
        this.source = source;
    }

    /**
     * What the guarantees need, on top of how to reach Kafka.
     *
     * @param transactionalId the same for all relays of a service and for nobody else: the slot's name
     */
    public static Map<String, Object> producerConfig(Map<String, Object> connection, String transactionalId) {
        var config = new HashMap<>(KafkaPublisher.producerConfig(connection));
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        // An attempt whose process died keeps readers waiting for its end for so long at most.
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        return config;
    }

    @Override
    public Publishing open() {
        if (hasFailed) {
            hasFailed = false;
            createMissingTopics.run();
        }
        var producer = producers.get();
        try {
            producer.initTransactions();
        } catch (RuntimeException e) {
            hasFailed = true;
            producer.close(Duration.ZERO);
            throw e;
        }
        return new Session(producer);
    }

    private final class Session implements Publishing {

        private final Producer<String, byte[]> producer;
        private final List<CompletableFuture<Void>> sent = new ArrayList<>();

        Session(Producer<String, byte[]> producer) {
            this.producer = producer;
        }

        @Override
        public CompletableFuture<?> publish(StoredEvent event) {
            var acknowledgement = new CompletableFuture<Void>();
            sent.add(acknowledgement);
            attempt(() -> {
                if (sent.size() == 1) {
                    producer.beginTransaction();
                }
                producer.send(Events.write(event, source)); // how that went, the commit says
            });
            return acknowledgement;
        }

        @Override
        public void ended() {
            if (sent.size() >= COMPANY) {
                commit();
            }
        }

        @Override
        public void hurry() {
            if (!sent.isEmpty()) {
                commit();
            }
        }

        private void commit() {
            attempt(() -> {
                producer.commitTransaction();
                sent.forEach(it -> it.complete(null));
                sent.clear();
            });
        }

        private void attempt(Runnable step) {
            if (hasFailed) {
                return;
            }
            try {
                step.run();
            } catch (RuntimeException e) {
                hasFailed = true;
                producer.close(Duration.ZERO);
                sent.forEach(it -> it.completeExceptionally(e));
            }
        }

        /** What is not committed is aborted: by this, or by the next to open. */
        @Override
        public void close() {
            if (!hasFailed && !sent.isEmpty()) {
                attempt(producer::abortTransaction);
            }
            producer.close(hasFailed ? Duration.ZERO : CLOSE_TIME);
        }
    }
}
