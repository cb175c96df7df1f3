package io.meridian.deadline.kafka;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Answers for commands that nobody waits for any more, for example with an event that says so to whoever sent it.
 *
 * <p>It is told in place of the listener, once for each time the record is delivered: again only if it throws, which is treated as a
 * failure of the listener would be, or if the consumer ends before the offset is committed. Because of the latter, a command
 * that is redelivered may have been carried out the first time; whoever compensates asks its inbox, in the transaction that writes the
 * answer.
 */
@FunctionalInterface
public interface ExpiredCommandHandler {

    /** @param deadline when it passed, by the sender's clock */
    void expired(ConsumerRecord<?, ?> command, Instant deadline);
}
