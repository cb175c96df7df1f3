package io.meridian.outbox.hearing;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The scope of one partition at one member, from assignment to revocation: everything that is in hand of it. Opened once, closed once;
 * what comes after its end changes nothing. Everything here is guarded by the lock of its {@link Hearing}.
 */
final class PartitionSession {

    /** Records without a key are kept in order among themselves. */
    private static final Object NO_KEY = new Object();

    enum State {
        OPEN,
        DRAINING,
        CLOSED
    }

    final TopicPartition partition;
    final Object member;
    final Map<Object, KeyQueue> keys = new HashMap<>();
    final Set<Task> running = new HashSet<>();
    final Set<Task> unacknowledged = new HashSet<>();
    State state = State.OPEN;
    private @Nullable OffsetLedger ledger;
    private long begun = -1;
    private long committing = -1;

    PartitionSession(TopicPartition partition, Object member) {
        this.partition = partition;
        this.member = member;
    }

    /** Records of one key that wait for each other; the first of them may be running. */
    static final class KeyQueue {

        final PartitionSession session;
        final Object key;
        final ArrayDeque<Task> tasks = new ArrayDeque<>();

        KeyQueue(PartitionSession session, Object key) {
            this.session = session;
            this.key = key;
        }
    }

    /** Adds a record; returns its queue if nothing else was in it, so that it can begin. */
    @Nullable KeyQueue add(Task task) {
        long offset = task.record.offset();
        if (ledger == null) {
            ledger = new OffsetLedger(offset);
            begun = offset;
            committing = offset;
        }
        ledger.receive(offset);
        var queue = keys.computeIfAbsent(keyOf(task), key -> new KeyQueue(this, key));
        queue.tasks.add(task);
        return queue.tasks.size() == 1 ? queue : null;
    }

    /** The queue whose first record this is; null if the queues have been given up meanwhile. */
    @Nullable KeyQueue queueOf(Task task) {
        var queue = keys.get(keyOf(task));
        return queue != null && queue.tasks.peekFirst() == task ? queue : null;
    }

    private static Object keyOf(Task task) {
        return Objects.requireNonNullElse(task.record.key(), NO_KEY);
    }

    void finish(long offset) {
        if (ledger != null) {
            ledger.finish(offset);
        }
    }

    int span() {
        return ledger == null ? 0 : ledger.span();
    }

    /** The offset of the first record; -1 before it. */
    long begun() {
        return begun;
    }

    /** The offset up to which everything is finished; -1 before the first record. */
    long position() {
        return ledger == null ? -1 : ledger.position();
    }

    /** What should be committed and was not handed to a commit yet; -1 if there is nothing. */
    long toCommit() {
        return position() > committing ? position() : -1;
    }

    void committing(long offset) {
        committing = Math.max(committing, offset);
    }

    /** Some commit failed, so whatever is finished is due again. */
    void commitFailed() {
        committing = -1;
    }

    /** Whether {@code offset} was received before: somebody has sent the consumer back. */
    boolean hasSeen(long offset) {
        return ledger != null && ledger.hasSeen(offset);
    }

    boolean isOpen() {
        return state == State.OPEN;
    }
}
