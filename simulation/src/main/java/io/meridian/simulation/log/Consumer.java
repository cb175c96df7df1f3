package io.meridian.simulation.log;

import io.meridian.outbox.kafka.DeadLetters;
import io.meridian.outbox.kafka.RetrySettings;
import io.meridian.simulation.engine.Dice;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.util.backoff.BackOffExecution;

/**
 * What stands between a listener and the log: polls, hands over record by record, tries again as the library's retry settings say,
 * parks what fails for good, and commits after the batch what was acknowledged in it.
 */
public final class Consumer {

    /** The listener, as Spring calls it. */
    @FunctionalInterface
    public interface Listener {
        void on(ConsumerRecord<String, byte[]> record, Acknowledgment acknowledgment);
    }

    /** Hears what becomes of deliveries; for oracles and for counting. */
    public interface Witness {

        default void received(String consumer, ConsumerRecord<String, byte[]> record) {}

        /** The listener took it. */
        default void handled(String consumer, ConsumerRecord<String, byte[]> record) {}

        default void failed(String consumer, ConsumerRecord<String, byte[]> record, Exception failure) {}

        default void parked(String consumer, ConsumerRecord<String, byte[]> record) {}

        /** An offset was not committed, because the partition had gone to somebody else. */
        default void commitRefused(String consumer) {}

        /** An offset was not committed, because the request got lost. */
        default void commitLost(String consumer) {}

        /** A record was given up in the middle, because its partition went to somebody else. */
        default void interrupted(String consumer) {}
    }

    /** What a planted bug may bend. */
    public interface Bends {

        Bends NONE = new Bends() {};

        /** Whether offsets are committed before the records are handled. */
        default boolean commitsFirst() {
            return false;
        }
    }

    private static final int MOST_AT_ONCE = 4;

    /** After so long an offset whose commit got lost is committed again. */
    private static final long COMMIT_AGAIN = 500_000_000;

    private final World world;
    private final Broker broker;
    private final Node node;
    private final String name;
    private final Group group;
    private final List<TopicPartition> wanted;
    private final Listener listener;
    private final RetrySettings retries;
    private final Witness witness;
    private final Bends bends;
    private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
    private final Map<TopicPartition, Long> uncommitted = new LinkedHashMap<>();
    private final Map<TopicPartition, Integer> generations = new LinkedHashMap<>();

    public Consumer(
            World world,
            Broker broker,
            Node node,
            String name,
            String group,
            String topic,
            Listener listener,
            RetrySettings retries,
            Witness witness,
            Bends bends) {
        this.world = world;
        this.broker = broker;
        this.node = node;
        this.name = name;
        this.group = broker.group(group + "/" + name);
        this.wanted = broker.partitions(topic);
        this.listener = listener;
        this.retries = retries;
        this.witness = witness;
        this.bends = bends;
    }

    /** Consumes for as long as the process lives. */
    public void run() {
        var member = new Group.Member(node, node.name() + "/" + name);
        group.join(member, wanted);
        while (true) {
            if (!group.has(member)) {
                world.sleep(way());
                group.join(member, wanted);
            }
            var batch = broker.isAway() ? List.<ConsumerRecord<String, byte[]>>of() : poll(member);
            if (batch.isEmpty()) {
                var _ = broker.appended().await(uncommitted.isEmpty() ? Long.MAX_VALUE : COMMIT_AGAIN);
                commit(member, Map.of());
                world.sleep(way());
                continue;
            }
            world.sleep(way());
            if (bends.commitsFirst()) {
                commit(member, after(batch));
            }
            commit(member, handled(member, batch));
        }
    }

    private List<ConsumerRecord<String, byte[]>> poll(Group.Member member) {
        var own = group.of(member);
        positions.keySet().retainAll(own);
        var batch = new ArrayList<ConsumerRecord<String, byte[]>>();
        var most = world.dice().between(1, MOST_AT_ONCE);
        var first = own.isEmpty() ? 0 : world.dice().between(0, own.size() - 1);
        for (var at = 0; at < own.size() && batch.size() < most; at++) {
            var partition = own.get((first + at) % own.size());
            var generation = group.generation(partition);
            if (!positions.containsKey(partition) || generations.getOrDefault(partition, -1) != generation) {
                positions.put(partition, group.committed(partition));
                generations.put(partition, generation);
                uncommitted.remove(partition);
            }
            var log = broker.records(partition);
            var position = positions.getOrDefault(partition, 0L);
            while (position < log.size() && batch.size() < most) {
                batch.add(log.get((int) (long) position));
                position++;
            }
            positions.put(partition, position);
        }
        return batch;
    }

    /** Returns the offsets to be committed. */
    private Map<TopicPartition, Long> handled(Group.Member member, List<ConsumerRecord<String, byte[]>> batch) {
        var offsets = new LinkedHashMap<TopicPartition, Long>();
        for (var record : batch) {
            var partition = new TopicPartition(record.topic(), record.partition());
            if (!isOurs(member, partition)) {
                witness.interrupted(name);
                continue;
            }
            if (handle(member, partition, record)) {
                offsets.merge(partition, record.offset() + 1, Math::max);
            }
        }
        return offsets;
    }

    private boolean isOurs(Group.Member member, TopicPartition partition) {
        return group.owner(partition) == member
                && group.generation(partition) == generations.getOrDefault(partition, -1);
    }

    /** Whether the record is done with; false if it went to somebody else before it was. */
    private boolean handle(Group.Member member, TopicPartition partition, ConsumerRecord<String, byte[]> record) {
        BackOffExecution pauses = null;
        if (record.headers().lastHeader("ce_id") != null && broker.hazards().putsAside(node)) {
            witness.received(name, record);
            if (park(record, broker::putAside)) {
                return true;
            }
        }
        while (true) {
            witness.received(name, record);
            try {
                var acknowledged = new boolean[1];
                listener.on(record, () -> acknowledged[0] = true);
                if (acknowledged[0]) {
                    witness.handled(name, record);
                    return true;
                }
                throw new IllegalStateException("the listener did not acknowledge " + record.topic());
            } catch (RuntimeException failure) {
                witness.failed(name, record, failure);
                if (pauses == null) {
                    pauses = retries.backOff(failure).start();
                }
                var pause = pauses.nextBackOff();
                if (pause == BackOffExecution.STOP) {
                    if (park(record, _ -> {})) {
                        return true;
                    }
                    pauses = null;
                    pause = 1_000;
                }
                world.sleep(pause * 1_000_000);
                if (!isOurs(member, partition)) {
                    witness.interrupted(name);
                    return false;
                }
            }
        }
    }

    /** @param parked told as soon as the broker has the letter, and not only when that is acknowledged */
    private boolean park(ConsumerRecord<String, byte[]> record, java.util.function.Consumer<ConsumerRecord<String, byte[]>> parked) {
        world.sleep(way());
        if (broker.isAway() || broker.hazards().losesRequest(node, "park")) {
            return false;
        }
        broker.append(record.topic() + DeadLetters.SUFFIX, record.key(), record.value(), record.headers());
        parked.accept(record);
        witness.parked(name, record);
        world.sleep(way());
        return true;
    }

    private static Map<TopicPartition, Long> after(List<ConsumerRecord<String, byte[]>> batch) {
        var offsets = new LinkedHashMap<TopicPartition, Long>();
        batch.forEach(it -> offsets.merge(new TopicPartition(it.topic(), it.partition()), it.offset() + 1, Math::max));
        return offsets;
    }

    private void commit(Group.Member member, Map<TopicPartition, Long> offsets) {
        uncommitted.putAll(offsets);
        if (uncommitted.isEmpty()) {
            return;
        }
        world.sleep(way());
        if (broker.isAway() || broker.hazards().losesRequest(node, "offsets")) {
            witness.commitLost(name);
            return;
        }
        uncommitted.forEach((partition, next) -> {
            if (!group.commit(member, partition, generations.getOrDefault(partition, -1), next)) {
                witness.commitRefused(name);
                positions.remove(partition);
            }
        });
        uncommitted.clear();
        world.sleep(way());
    }

    private long way() {
        return broker.hazards().way(node);
    }
}
