package io.meridian.outbox.kafka;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.RetryListener;

/**
 * What happens to a record whose listener fails on the thread of its consumer: tried again as its {@link Verdict} says, then a dead
 * letter. Listeners whose records are handed to workers have {@link Attempts} instead.
 */
public final class FailedRecords {

    private static final Logger log = LoggerFactory.getLogger(FailedRecords.class);

    private FailedRecords() {}

    /**
     * An error handler for record listeners. Retries happen in place, so the order of a partition is kept.
     *
     * @param listeners told of each failure besides the log
     */
    public static DefaultErrorHandler handler(DeadLetters deadLetters, RetrySettings settings, RetryListener... listeners) {
        var handler = new DefaultErrorHandler(deadLetters, settings.backOff(Verdict.FAULTY));
        handler.setBackOffFunction((_, failure) -> settings.backOff(failure));
        // Keep what was polled: fetching it again costs a second per repetition, and a rebalance takes it away all the same.
        handler.setSeekAfterError(false);
        handler.setLogLevel(KafkaException.Level.DEBUG); // each failure is logged once, below
        handler.setRetryListeners(logged(List.of(listeners)).toArray(RetryListener[]::new));
        return handler;
    }

    /** The listeners, and the log before them. */
    static List<RetryListener> logged(List<RetryListener> listeners) {
        return Stream.concat(Stream.of(new Logged()), listeners.stream()).toList();
    }

    private static final class Logged implements RetryListener {

        @Override
        public void failedDelivery(ConsumerRecord<?, ?> record, @Nullable Exception failure, int attempt) {
            if (attempt == 1) {
                log.warn("Record {} failed ({}), trying again: {}", name(record), failure == null ? null : Verdict.on(failure), reason(failure));
            }
        }

        @Override
        public void recovered(ConsumerRecord<?, ?> record, @Nullable Exception failure) {
            log.error("Record {} failed for good, it is in {}{}", name(record), record.topic(), DeadLetters.SUFFIX, failure);
        }

        @Override
        public void recoveryFailed(ConsumerRecord<?, ?> record, @Nullable Exception original, Exception failure) {
            log.error("Record {} failed and its dead letter too, trying again: {}", name(record), reason(failure), original);
        }

        private static String name(ConsumerRecord<?, ?> record) {
            return record.topic() + "-" + record.partition() + "@" + record.offset();
        }

        private static String reason(@Nullable Throwable failure) {
            var root = failure;
            for (int depth = 0; root != null && root.getCause() != null && depth < 20; depth++) {
                root = root.getCause();
            }
            return String.valueOf(root);
        }
    }
}
