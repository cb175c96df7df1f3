package io.meridian.outbox.hearing;

import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * Opens a scope for each partition that comes and closes it when the partition goes. The service's own rebalance listener, if it has one, is told
 * before.
 */
final class Rebalancing implements ConsumerAwareRebalanceListener {

    private final Members members;
    private final @Nullable ConsumerRebalanceListener own;

    Rebalancing(Members members, @Nullable ConsumerRebalanceListener own) {
        this.members = members;
        this.own = own;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (own instanceof ConsumerAwareRebalanceListener aware) {
            aware.onPartitionsAssigned(consumer, partitions);
        } else if (own != null) {
            own.onPartitionsAssigned(partitions);
        }
        members.of(consumer).assigned(partitions);
    }

    /** The container calls this for lost partitions, too, after {@link #onPartitionsLost}: they have no scope any more by then. */
    @Override
    public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (own instanceof ConsumerAwareRebalanceListener aware) {
            aware.onPartitionsRevokedBeforeCommit(consumer, partitions);
        } else if (own != null) {
            own.onPartitionsRevoked(partitions);
        }
        members.of(consumer).revoked(partitions);
    }

    @Override
    public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (own instanceof ConsumerAwareRebalanceListener aware) {
            aware.onPartitionsRevokedAfterCommit(consumer, partitions);
        }
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (own instanceof ConsumerAwareRebalanceListener aware) {
            aware.onPartitionsLost(consumer, partitions);
        } else if (own != null) {
            own.onPartitionsLost(partitions);
        }
        members.of(consumer).lost(partitions);
    }
}
