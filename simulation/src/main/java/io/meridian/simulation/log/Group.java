package io.meridian.simulation.log;

import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.Signal;
import io.meridian.simulation.engine.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group: each partition has one owner at a time, and only that owner may commit its offset.
 *
 * <p>Harsher than Kafka with a cooperative assignor: a partition changes hands at once, also while its owner is in the middle of a
 * record. Whoever can live with that can live with an owner that was stopped and wakes up late.
 */
public final class Group {

    /** One consumer of the group. */
    static final class Member {

        final Node node;
        final String id;
        final int life;

        Member(Node node, String id) {
            this.node = node;
            this.id = id;
            this.life = node.incarnation();
        }

        boolean isGone() {
            return !node.runs() || node.incarnation() != life;
        }
    }

    private final World world;
    private final Map<TopicPartition, Long> committed = new LinkedHashMap<>();
    private final Map<TopicPartition, Member> owners = new LinkedHashMap<>();
    private final Map<TopicPartition, Integer> generations = new LinkedHashMap<>();
    private final List<Member> members = new ArrayList<>();
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Signal changed;
    private int offset;

    /** @param changed raised when partitions have changed hands */
    Group(World world, Signal changed) {
        this.world = world;
        this.changed = changed;
    }

    void join(Member member, List<TopicPartition> wanted) {
        members.removeIf(it -> it.id.equals(member.id)); // static membership: who comes back is who was away
        members.add(member);
        for (var partition : wanted) {
            if (!partitions.contains(partition)) {
                partitions.add(partition);
            }
        }
        assign();
    }

    void leave(Member member) {
        if (members.remove(member)) {
            assign();
        }
    }

    boolean has(Member member) {
        return members.contains(member);
    }

    /** Deals the partitions out anew, differently from before; false if there is nobody to deal them to. */
    public boolean rebalance() {
        if (members.size() < 2) {
            return false;
        }
        offset++;
        assign();
        return true;
    }

    void lost(Node node) {
        for (var member : List.copyOf(members)) {
            if (member.node == node) {
                world.after(Broker.SESSION_TIMEOUT, () -> {
                    if (member.isGone()) {
                        leave(member);
                    }
                });
            }
        }
    }

    private void assign() {
        for (var at = 0; at < partitions.size(); at++) {
            var partition = partitions.get(at);
            var before = owners.get(partition);
            var after = members.isEmpty() ? null : members.get((at + offset) % members.size());
            if (before != after) {
                if (after == null) {
                    owners.remove(partition);
                } else {
                    owners.put(partition, after);
                }
                generations.merge(partition, 1, Integer::sum);
            }
        }
        world.tell("rebalance", "of " + members.size());
        changed.raise();
    }

    List<TopicPartition> of(Member member) {
        var own = new ArrayList<TopicPartition>();
        for (var partition : partitions) {
            if (owners.get(partition) == member) {
                own.add(partition);
            }
        }
        return own;
    }

    @Nullable Member owner(TopicPartition partition) {
        return owners.get(partition);
    }

    int generation(TopicPartition partition) {
        return generations.getOrDefault(partition, 0);
    }

    public long committed(TopicPartition partition) {
        return committed.getOrDefault(partition, 0L);
    }

    /** All that its members want to hear. */
    public List<TopicPartition> partitions() {
        return partitions;
    }

    /** Refused from anybody but the owner. */
    boolean commit(Member member, TopicPartition partition, int generation, long next) {
        if (owners.get(partition) != member || generation(partition) != generation) {
            return false;
        }
        committed.put(partition, next);
        return true;
    }

    /** Starts again from the beginning, as an operator would make it. */
    public void replay() {
        committed.clear();
        partitions.forEach(it -> generations.merge(it, 1, Integer::sum));
        changed.raise();
    }
}
