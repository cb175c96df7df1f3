package io.meridian.outbox.hearing;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;

/**
 * The consumers of one listener, each with its thread: what they do before a poll and when partitions come and go. Offsets are
 * committed without waiting before a poll, and with waiting when a partition goes, inside the callback that says so; for a partition that
 * is lost, never.
 */
final class Members {

    private static final Logger log = LoggerFactory.getLogger(Members.class);

    /** Kafka notes each commit in a log of its own; what a crash repeats for want of one more is recognised by the inbox. */
    private static final long COMMIT_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final Hearing hearing;
    private final AbstractMessageListenerContainer<?, ?> container;
    private final Duration drainTime;
    private final LongSupplier nanoClock;
    private final Map<Consumer<?, ?>, Member> members = new ConcurrentHashMap<>();
    private final Map<Object, Consumer<?, ?>> stopping = new ConcurrentHashMap<>();
    private final LongAdder commits = new LongAdder();

    /** @param drainTime for work to end and its offsets to be committed, when a partition goes; a quarter of it is for the commit */
    Members(
            Hearing hearing,
            AbstractMessageListenerContainer<?, ?> container,
            Duration drainTime,
            LongSupplier nanoClock) {
        this.hearing = hearing;
        this.container = container;
        this.drainTime = drainTime;
        this.nanoClock = nanoClock;
        hearing.whenRoomAgain(() -> members.values().forEach(Member::wakeUp));
    }

    Member of(Consumer<?, ?> consumer) {
        return members.computeIfAbsent(consumer, Member::new);
    }

    /** One consumer; used by its thread only, but for {@link #wakeUp}. */
    final class Member {

        private final Consumer<?, ?> consumer;
        private final Set<TopicPartition> pausedHere = new HashSet<>();
        private volatile boolean isPolling;
        private volatile int paused;
        private boolean isCommitting;
        private long committedAt;

        Member(Consumer<?, ?> consumer) {
            this.consumer = consumer;
            this.committedAt = nanoClock.getAsLong() - COMMIT_PAUSE_NANOS;
        }

        void beforePoll() {
            isPolling = false;
            hearing.step();
            commit();
            pause();
            isPolling = true;
        }

        void afterPoll() {
            isPolling = false;
        }

        /** Ends a poll that waits for partitions that are not paused, while there is room for those that are. */
        private void wakeUp() {
            if (isPolling && paused > 0) {
                consumer.wakeup();
            }
        }

        private void commit() {
            long now = nanoClock.getAsLong();
            if (isCommitting || now - committedAt < COMMIT_PAUSE_NANOS) {
                return;
            }
            var positions = hearing.toCommit(this);
            if (positions.isEmpty()) {
                return;
            }
            isCommitting = true;
            committedAt = now;
            consumer.commitAsync(withMetadata(positions), (_, failure) -> {
                isCommitting = false;
                if (failure != null) {
                    log.debug("Listener {} commits later: {}", hearing.listener(), failure.getMessage());
                    hearing.commitFailed(positions.keySet(), this);
                }
            });
        }

        private void pause() {
            var wanted = hearing.toPause(this);
            var assigned = consumer.assignment();
            wanted.retainAll(assigned);
            pausedHere.retainAll(assigned);
            var toPause = new HashSet<>(wanted);
            toPause.removeAll(consumer.paused());
            if (!toPause.isEmpty()) {
                consumer.pause(toPause);
                pausedHere.addAll(toPause);
            }
            // What the service has paused itself stays paused.
            if (!container.isPauseRequested()) {
                var toResume = new HashSet<>(pausedHere);
                toResume.removeAll(wanted);
                toResume.removeIf(container::isPartitionPauseRequested);
                if (!toResume.isEmpty()) {
                    consumer.resume(toResume);
                    pausedHere.removeAll(toResume);
                }
            }
            paused = pausedHere.size();
            hearing.paused(members.values().stream().mapToInt(it -> it.paused).sum());
        }

        void assigned(Collection<TopicPartition> partitions) {
            isPolling = false;
            partitions.forEach(partition -> hearing.open(partition, this));
        }

        void revoked(Collection<TopicPartition> partitions) {
            isPolling = false;
            pausedHere.removeAll(partitions);
            hearing.drain(partitions, this, drainTime.dividedBy(4).multipliedBy(3), this::commitNow);
        }

        void lost(Collection<TopicPartition> partitions) {
            isPolling = false;
            pausedHere.removeAll(partitions);
            hearing.lose(partitions, this);
        }

        /** What does not get through is repeated by the next owner, whose inbox recognises it. */
        private void commitNow(Map<TopicPartition, Long> positions) {
            try {
                commitSync(withMetadata(positions));
            } catch (KafkaException e) {
                log.warn("Listener {} could not commit {} before giving them up: {}", hearing.listener(), positions, e.getMessage());
            }
        }

        private void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
            try {
                consumer.commitSync(offsets, drainTime.dividedBy(4));
            } catch (WakeupException _) {
                consumer.commitSync(offsets, drainTime.dividedBy(4)); // it was meant for the poll
            }
        }

        private Map<TopicPartition, OffsetAndMetadata> withMetadata(Map<TopicPartition, Long> positions) {
            commits.increment();
            var metadata = "schema=1 listener=" + hearing.listener() + " commits=" + commits.sum();
            var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
            positions.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset, metadata)));
            return offsets;
        }
    }

    /** A container is about to give its consumer up. */
    void stopping(Object container, Consumer<?, ?> consumer) {
        stopping.put(container, consumer);
    }

    /** A container has given its consumer up, and its partitions before that, unless it failed. */
    void stopped(Object container) {
        var consumer = stopping.remove(container);
        var member = consumer == null ? null : members.remove(consumer);
        if (member != null) {
            hearing.lose(hearing.partitions(member), member);
        }
    }
}
