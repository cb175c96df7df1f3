package io.meridian.outbox.hearing;

import java.time.Duration;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once whether a listener's topics suit it: whether they have a partition for each of its consumers, and whether the inbox remembers
 * longer than they keep. Either is a warning and a figure, not a refusal: the service does its work, and a topic is altered at any time.
 */
final class TopicCheck {

    private static final Logger log = LoggerFactory.getLogger(TopicCheck.class);

    private final Hearing hearing;
    private final Collection<String> topics;
    private final int members;
    private final Duration inboxRetention;
    private final Broker broker;
    private boolean hasPartitions;
    private boolean hasRetention;

    TopicCheck(Hearing hearing, Collection<String> topics, int members, Duration inboxRetention, Broker broker) {
        this.hearing = hearing;
        this.topics = topics;
        this.members = members;
        this.inboxRetention = inboxRetention;
        this.broker = broker;
    }

    /** Looks, unless it has; tries again at the next call if the broker could not be asked. */
    void look() {
        if (topics.isEmpty()) {
            return; // it listens to whatever matches a pattern
        }
        try {
            if (!hasPartitions) {
                comparePartitions(broker.partitions(topics));
                hasPartitions = true;
            }
            if (!hasRetention) {
                compareRetention(broker.retention(topics));
                hasRetention = true;
            }
        } catch (Broker.UnknownException e) {
            log.debug("Topics of {} could not be looked at: {}", hearing.listener(), e.getMessage());
        }
    }

    private void comparePartitions(int partitions) {
        int idle = Math.max(0, members - partitions);
        hearing.idleMembers(idle);
        if (idle > 0) {
            log.warn(
                    "Listener {} has {} consumers for {} partitions of {}: {} never get one;"
                            + " lower its concurrency or add partitions",
                    hearing.listener(),
                    members,
                    partitions,
                    topics,
                    idle);
        }
    }

    private void compareRetention(Duration retention) {
        var margin = retention.toMillis() == Long.MAX_VALUE
                ? Double.NEGATIVE_INFINITY
                : inboxRetention.minus(retention).toMillis() / 1_000.0;
        hearing.retentionMargin(margin);
        if (margin < 0) {
            log.error(
                    "Topics {} of listener {} keep records for {}, the inbox forgets them after {}: one that is read again after"
                            + " that has its effect twice; raise meridian.outbox.retention.inbox or lower retention.ms",
                    topics,
                    hearing.listener(),
                    margin == Double.NEGATIVE_INFINITY ? "ever" : retention,
                    inboxRetention);
        }
    }
}
