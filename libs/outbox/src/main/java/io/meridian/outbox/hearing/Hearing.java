package io.meridian.outbox.hearing;

import io.meridian.outbox.Carrier;
import io.meridian.outbox.HearingListener;
import io.meridian.outbox.HearingListener.SessionEnd;
import io.meridian.outbox.HearingStatus;
import io.meridian.outbox.Outcome;
import io.meridian.outbox.hearing.PartitionSession.KeyQueue;
import io.meridian.outbox.hearing.PartitionSession.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one listener has in hand, over all its members in this process, and its account.
 *
 * <p>Guarantees that records of one key and partition are worked on one after the other, in their order; that no more are worked on at
 * once than there are permits; that a position to commit never passes an unfinished record; that a partition's scope is closed once,
 * soon after the drain time at the latest. Does not guarantee that interrupted work has stopped by then: whatever it still commits is
 * recognised by the inbox of whoever gets the record next.
 *
 * <p>Knows no consumer: its members ask it what to pause and what to commit, each on the thread of its consumer.
 */
final class Hearing {

    private static final Logger log = LoggerFactory.getLogger(Hearing.class);

    private final String listener;
    private final InFlightSettings settings;
    private final Work work;
    private final Executor workers;
    private final List<HearingListener> listeners;
    private final LongSupplier nanoClock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition workEnded = lock.newCondition();
    private final Map<TopicPartition, PartitionSession> sessions = new HashMap<>();
    private final ArrayDeque<KeyQueue> ready = new ArrayDeque<>();
    private final Set<Task> running = new HashSet<>();
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final InFlightControl control;
    private int waiting;
    private int unacknowledged;
    private boolean full;
    private long received;
    private long returned;
    private long finished;

    // What others find out about it.
    private volatile Runnable roomAgain = () -> {};
    private volatile long gap = -1;
    private volatile long lag = -1;
    private volatile int paused;
    private volatile int idleMembers;
    private volatile double retentionMarginSeconds = Double.NaN;

    /** Works on a record until it ends, on the calling thread. */
    @FunctionalInterface
    interface Work {
        End on(Task task);
    }

    /** Commits positions before it comes back. */
    @FunctionalInterface
    interface CommitNow {
        void commit(Map<TopicPartition, Long> positions);
    }

    Hearing(
            String listener,
            InFlightSettings settings,
            Work work,
            Executor workers,
            List<HearingListener> listeners,
            LongSupplier nanoClock) {
        this.listener = listener;
        this.settings = settings;
        this.work = work;
        this.workers = workers;
        this.listeners = List.copyOf(listeners);
        this.nanoClock = nanoClock;
        this.control = new InFlightControl(settings, nanoClock.getAsLong());
    }

    String listener() {
        return listener;
    }

    /** @param wake run when there is room again after there was none; must be quick */
    void whenRoomAgain(Runnable wake) {
        roomAgain = wake;
    }

    // ---- Partitions come and go

    /** Opens the scope of a partition; one that is still open, of whichever member, is closed as lost. */
    void open(TopicPartition partition, Object member) {
        lose(List.of(partition), null);
        lock.lock();
        try {
            sessions.put(partition, new PartitionSession(partition, member));
        } finally {
            lock.unlock();
        }
        listeners.forEach(it -> it.opened(listener, partition.toString()));
    }

    /**
     * Ends what is in hand of a member's partitions that are about to go: what waits is given back, what runs is waited for, and is
     * interrupted when {@code drainTime} is over.
     *
     * @param commit given the positions to commit, if there are any; the scopes are closed after it
     */
    void drain(Collection<TopicPartition> partitions, Object member, Duration drainTime, CommitNow commit) {
        var begun = nanoClock.getAsLong();
        var ends = new HashMap<PartitionSession, SessionEnd>();
        var positions = new HashMap<TopicPartition, Long>();
        List<Task> givenBack;
        lock.lock();
        try {
            var going = sessionsOf(partitions, member);
            going.forEach(session -> session.state = State.DRAINING);
            givenBack = giveBack(going);
            awaitEnds(going, drainTime);
            for (var session : going) {
                ends.put(session, session.running.isEmpty() ? SessionEnd.DRAINED : SessionEnd.CANCELLED);
                cancel(session);
                if (session.toCommit() >= 0) {
                    positions.put(session.partition, session.toCommit());
                }
            }
        } finally {
            lock.unlock();
        }
        abandon(givenBack);
        try {
            if (!positions.isEmpty()) {
                commit.commit(positions);
            }
        } finally {
            ends.forEach((session, end) -> close(session, end, begun));
        }
    }

    /**
     * Drops partitions that belong to somebody else already: what runs is interrupted, nothing is waited for, nothing committed.
     *
     * @param member whose they were; null for anybody's
     */
    void lose(Collection<TopicPartition> partitions, @Nullable Object member) {
        var begun = nanoClock.getAsLong();
        List<PartitionSession> going;
        List<Task> givenBack;
        lock.lock();
        try {
            going = sessionsOf(partitions, member);
            going.forEach(session -> session.state = State.DRAINING);
            givenBack = giveBack(going);
            going.forEach(this::cancel);
        } finally {
            lock.unlock();
        }
        abandon(givenBack);
        going.forEach(session -> close(session, SessionEnd.LOST, begun));
    }

    /** The partitions that a member has; all that anybody has for null. */
    Set<TopicPartition> partitions(@Nullable Object member) {
        lock.lock();
        try {
            var partitions = new HashSet<TopicPartition>();
            sessions.values().stream()
                    .filter(session -> member == null || session.member == member)
                    .forEach(session -> partitions.add(session.partition));
            return partitions;
        } finally {
            lock.unlock();
        }
    }

    private List<PartitionSession> sessionsOf(Collection<TopicPartition> partitions, @Nullable Object member) {
        return partitions.stream()
                .map(sessions::get)
                .filter(session -> session != null && (member == null || session.member == member))
                .toList();
    }

    private List<Task> giveBack(Collection<PartitionSession> going) {
        var givenBack = going.stream()
                .flatMap(session -> session.keys.values().stream())
                .flatMap(queue -> queue.tasks.stream())
                .filter(task -> !running.contains(task))
                .toList();
        givenBack.forEach(task -> task.ended = true);
        waiting -= givenBack.size();
        returned += givenBack.size();
        going.forEach(session -> session.keys.clear());
        ready.removeIf(queue -> going.contains(queue.session));
        return givenBack;
    }

    private static void abandon(List<Task> givenBack) {
        givenBack.forEach(task -> abandon(task.load));
    }

    private static void abandon(Carrier.@Nullable Load load) {
        if (load != null) {
            load.abandon();
        }
    }

    private void awaitEnds(Collection<PartitionSession> going, Duration drainTime) {
        long left = drainTime.toNanos();
        try {
            while (left > 0 && going.stream().anyMatch(session -> !session.running.isEmpty())) {
                left = workEnded.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the consumer's thread is told to end: no more waiting
        }
    }

    private void cancel(PartitionSession session) {
        for (var task : session.running) {
            task.cancelled = true;
            if (task.worker != null) {
                task.worker.interrupt();
            }
        }
    }

    private void close(PartitionSession session, SessionEnd end, long begun) {
        lock.lock();
        try {
            if (session.state == State.CLOSED) {
                return;
            }
            session.state = State.CLOSED;
            session.unacknowledged.forEach(task -> task.ended = true);
            unacknowledged -= session.unacknowledged.size();
            returned += session.unacknowledged.size();
            session.unacknowledged.clear();
            sessions.remove(session.partition, session);
        } finally {
            lock.unlock();
        }
        var took = Duration.ofNanos(nanoClock.getAsLong() - begun);
        log.atInfo()
                .addKeyValue("listener", listener)
                .addKeyValue("partition", session.partition)
                .addKeyValue("end", end)
                .addKeyValue("tookMs", took.toMillis())
                .log("partition given up");
        listeners.forEach(it -> it.closed(listener, session.partition.toString(), end, took));
    }

    // ---- Records come and end

    /** Takes a record in hand. One that came before is a sign that somebody sent the consumer back: what was in hand is dropped. */
    void receive(ConsumerRecord<?, ?> record, Object member, Carrier.@Nullable Load load) {
        var partition = new TopicPartition(record.topic(), record.partition());
        if (isGoingBack(partition, member, record.offset())) {
            open(partition, member);
        }
        lock.lock();
        try {
            received++;
            var session = sessions.get(partition);
            if (session == null || session.member != member || !session.isOpen()) {
                returned++; // polled before the partition went to another member, which gets it as well
                abandon(load);
                return;
            }
            waiting++;
            var queue = session.add(new Task(record, session, load));
            if (queue != null) {
                ready.add(queue);
            }
            begin();
            full |= waiting >= control.permits();
        } finally {
            lock.unlock();
        }
    }

    private boolean isGoingBack(TopicPartition partition, Object member, long offset) {
        lock.lock();
        try {
            var session = sessions.get(partition);
            return session != null && session.member == member && session.hasSeen(offset);
        } finally {
            lock.unlock();
        }
    }

    private void begin() {
        while (running.size() < control.permits() && !ready.isEmpty()) {
            var task = ready.removeFirst().tasks.getFirst();
            waiting--;
            running.add(task);
            task.session.running.add(task);
            task.begunNanos = nanoClock.getAsLong();
            control.began(running.size());
            workers.execute(() -> work(task));
        }
    }

    private void work(Task task) {
        lock.lock();
        try {
            task.worker = Thread.currentThread();
            if (task.cancelled) {
                task.worker.interrupt();
            }
        } finally {
            lock.unlock();
        }
        End end = new End.Returned();
        try {
            end = work.on(task);
        } finally {
            ended(task, end);
        }
    }

    private void ended(Task task, End end) {
        var took = Duration.ofNanos(nanoClock.getAsLong() - task.begunNanos);
        boolean hasRoom;
        End known = end;
        lock.lock();
        try {
            task.worker = null;
            running.remove(task);
            task.session.running.remove(task);
            control.ended(took);
            if (end instanceof End.Open && task.acknowledged.get()) {
                known = decided(task); // just now, by another thread
            }
            account(task, known);
            next(task);
            begin();
            hasRoom = full && waiting <= control.permits() / 2;
            full &= !hasRoom;
            workEnded.signalAll();
        } finally {
            lock.unlock();
        }
        tell(task, known, took);
        if (hasRoom) {
            roomAgain.run();
        }
    }

    private static End decided(Task task) {
        return task.delivery.outcome().<End>map(End.Decided::new).orElseGet(End.Dropped::new);
    }

    private void account(Task task, End end) {
        switch (end) {
            case End.Decided(var outcome) -> {
                outcomes.merge(outcome, 1L, Long::sum);
                finish(task);
            }
            case End.Dropped() -> finish(task);
            case End.Returned() -> {
                task.ended = true;
                returned++;
            }
            case End.Open() when task.session.state == State.CLOSED -> {
                task.ended = true;
                returned++;
            }
            case End.Open() -> {
                task.session.unacknowledged.add(task);
                unacknowledged++;
            }
        }
    }

    private void finish(Task task) {
        task.ended = true;
        task.session.finish(task.record.offset());
        finished++;
    }

    private void next(Task task) {
        var queue = task.session.queueOf(task);
        if (queue == null || !task.session.isOpen()) {
            return;
        }
        queue.tasks.removeFirst();
        if (queue.tasks.isEmpty()) {
            task.session.keys.remove(queue.key);
        } else {
            ready.add(queue);
        }
    }

    private void tell(Task task, End end, Duration took) {
        switch (end) {
            case End.Decided(var outcome) -> {
                var type = outcome == Outcome.PARKED ? "" : task.type();
                listeners.forEach(it -> it.ended(listener, task.record.topic(), type, outcome, took));
            }
            case End.Dropped() -> {
                log.error(
                        "Listener {} acknowledged record {} and did nothing with it: no inbox, no dead letter, no Delivery.ended",
                        listener,
                        task.name());
                listeners.forEach(it -> it.dropped(listener, task.name()));
            }
            case End.Open() -> {}
            case End.Returned() -> {}
        }
    }

    /** A listener acknowledges a record, perhaps after it came back. */
    void acknowledge(Task task) {
        if (!task.acknowledged.compareAndSet(false, true)) {
            return;
        }
        End end;
        Duration took;
        lock.lock();
        try {
            if (!task.session.unacknowledged.remove(task)) {
                return; // it is being worked on, and will be accounted for when that ends; or it was given back
            }
            unacknowledged--;
            end = decided(task);
            account(task, end);
            took = Duration.ofNanos(nanoClock.getAsLong() - task.begunNanos);
        } finally {
            lock.unlock();
        }
        tell(task, end, took);
    }

    // ---- What members do before each poll

    /** Which of a member's partitions are not to be fetched now. */
    Set<TopicPartition> toPause(Object member) {
        lock.lock();
        try {
            var pause = new HashSet<TopicPartition>();
            for (var session : sessions.values()) {
                if (session.member == member && (full || session.span() >= settings.span())) {
                    pause.add(session.partition);
                }
            }
            return pause;
        } finally {
            lock.unlock();
        }
    }

    /** Positions of a member that are due to be committed; they count as under way from now on. */
    Map<TopicPartition, Long> toCommit(Object member) {
        lock.lock();
        try {
            var positions = new HashMap<TopicPartition, Long>();
            for (var session : sessions.values()) {
                long position = session.toCommit();
                if (session.member == member && position >= 0) {
                    positions.put(session.partition, position);
                    session.committing(position);
                }
            }
            return positions;
        } finally {
            lock.unlock();
        }
    }

    /** A commit did not get through, so it is due again. */
    void commitFailed(Collection<TopicPartition> partitions, Object member) {
        lock.lock();
        try {
            sessionsOf(partitions, member).forEach(PartitionSession::commitFailed);
        } finally {
            lock.unlock();
        }
    }

    /** Lets the permits follow what was seen, if it is time to. */
    void step() {
        long now = nanoClock.getAsLong();
        int before;
        int after;
        lock.lock();
        try {
            if (!control.isDue(now)) {
                return;
            }
            before = control.permits();
            var oldest = Duration.ZERO;
            int overdue = 0;
            int stuck = 0;
            for (var task : running) {
                var age = Duration.ofNanos(now - task.begunNanos);
                overdue += age.compareTo(settings.slow()) > 0 ? 1 : 0;
                stuck += age.compareTo(settings.window()) > 0 ? 1 : 0;
                oldest = age.compareTo(oldest) > 0 ? age : oldest;
            }
            control.step(now, running.size(), overdue, stuck, oldest, Math.max(0, lag));
            after = control.permits();
            begin();
        } finally {
            lock.unlock();
        }
        if (before != after) {
            log.info("Listener {} works on {} records at once from now on, before it was {}", listener, after, before);
            listeners.forEach(it -> it.permits(listener, before, after));
        }
    }

    // ---- What is known of it

    /** Up to where each partition is finished; those of which nothing came are left out. */
    Map<TopicPartition, Long> positions() {
        return ofSessions(PartitionSession::position);
    }

    /** Where each partition began to be heard; those of which nothing came are left out. */
    Map<TopicPartition, Long> beginnings() {
        return ofSessions(PartitionSession::begun);
    }

    private Map<TopicPartition, Long> ofSessions(ToLongFunction<PartitionSession> offset) {
        lock.lock();
        try {
            var offsets = new HashMap<TopicPartition, Long>();
            for (var session : sessions.values()) {
                long known = offset.applyAsLong(session);
                if (known >= 0) {
                    offsets.put(session.partition, known);
                }
            }
            return offsets;
        } finally {
            lock.unlock();
        }
    }

    /** Records finished since start. */
    long finished() {
        lock.lock();
        try {
            return finished;
        } finally {
            lock.unlock();
        }
    }

    /** The most records of one partition that may be finished and not committed. */
    int span() {
        return settings.span();
    }

    void audited(long gapRecords, long lagRecords) {
        gap = gapRecords;
        lag = lagRecords;
    }

    void paused(int partitions) {
        paused = partitions;
    }

    void idleMembers(int members) {
        idleMembers = members;
    }

    void retentionMargin(double seconds) {
        retentionMarginSeconds = seconds;
    }

    HearingStatus status() {
        lock.lock();
        try {
            return new HearingStatus(
                    listener,
                    received,
                    outcomes.getOrDefault(Outcome.APPLIED, 0L),
                    outcomes.getOrDefault(Outcome.DUPLICATE, 0L),
                    outcomes.getOrDefault(Outcome.STALE, 0L),
                    outcomes.getOrDefault(Outcome.PARKED, 0L),
                    returned,
                    waiting,
                    running.size(),
                    unacknowledged,
                    control.permits(),
                    sessions.size(),
                    paused,
                    gap,
                    lag,
                    idleMembers,
                    retentionMarginSeconds);
        } finally {
            lock.unlock();
        }
    }
}
