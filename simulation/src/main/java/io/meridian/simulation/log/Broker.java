package io.meridian.simulation.log;

import io.meridian.simulation.engine.Dice;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.Signal;
import io.meridian.simulation.engine.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** A log like Kafka's: topics in partitions, one order per partition, consumer groups with generations and committed offsets. */
public final class Broker {

    /** After so long without a sign of life a member has left; as the library's defaults have it. */
    public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    private final World world;
    private final int partitions;
    private final Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> logs = new LinkedHashMap<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final List<ConsumerRecord<String, byte[]>> toGiveBack = new ArrayList<>();
    private final List<ConsumerRecord<String, byte[]>> putAside = new ArrayList<>();
    private final Signal appended;
    private Hazards hazards = Hazards.NONE;
    private Bends bends = Bends.NONE;
    private boolean away;

    /** What may go wrong on the way to the broker and back. */
    public interface Hazards {

        Hazards NONE = new Hazards() {};

        /** How long a request takes, one way. */
        default long way(Node from) {
            return 300_000;
        }

        /** Whether a request gets lost before it arrives. */
        default boolean losesRequest(Node from, String what) {
            return false;
        }

        /** Whether what was done is never acknowledged. */
        default boolean losesAnswer(Node from, String what) {
            return false;
        }

        /** Whether a reader does not understand a good record, as one of an older release might not. */
        default boolean putsAside(Node reader) {
            return false;
        }
    }

    /** What a planted bug may bend. */
    public interface Bends {

        Bends NONE = new Bends() {};

        /** The partition of a record; the key decides, as in Kafka. */
        default int partition(@Nullable String key, int partitions) {
            return Math.floorMod(key == null ? 0 : Dice.mix(key.hashCode()), partitions);
        }
    }

    public Broker(World world, int partitions) {
        this.world = world;
        this.partitions = partitions;
        this.appended = new Signal(world);
    }

    public void setHazards(Hazards hazards) {
        this.hazards = hazards;
    }

    public void setBends(Bends bends) {
        this.bends = bends;
    }

    Hazards hazards() {
        return hazards;
    }

    public void goAway() {
        away = true;
    }

    public void comeBack() {
        away = false;
        appended.raise();
    }

    public boolean isAway() {
        return away;
    }

    Signal appended() {
        return appended;
    }

    /** The partitions of a topic, which there are from the first look on. */
    public List<TopicPartition> partitions(String topic) {
        var all = new ArrayList<TopicPartition>(partitions);
        for (var number = 0; number < partitions; number++) {
            var partition = new TopicPartition(topic, number);
            logs.computeIfAbsent(partition, _ -> new ArrayList<>());
            all.add(partition);
        }
        return all;
    }

    public List<ConsumerRecord<String, byte[]>> records(TopicPartition partition) {
        return logs.computeIfAbsent(partition, _ -> new ArrayList<>());
    }

    /** Everything that was ever appended to a topic, partition by partition. */
    public List<ConsumerRecord<String, byte[]>> records(String topic) {
        return partitions(topic).stream().flatMap(it -> records(it).stream()).toList();
    }

    public Map<String, Group> groups() {
        return groups;
    }

    Group group(String name) {
        return groups.computeIfAbsent(name, _ -> new Group(world, appended));
    }

    public void append(ProducerRecord<String, byte[]> record) {
        append(record.topic(), record.key(), record.value(), record.headers());
    }

    public void append(String topic, @Nullable String key, byte @Nullable [] value, Headers headers) {
        var partition = partitions(topic).get(bends.partition(key, partitions));
        var log = records(partition);
        world.tell("append", topic);
        log.add(new ConsumerRecord<>(
                topic,
                partition.partition(),
                log.size(),
                world.nanos() / 1_000_000,
                TimestampType.CREATE_TIME,
                0,
                value == null ? 0 : value.length,
                key,
                value,
                headers,
                Optional.empty()));
        appended.raise();
    }

    /** Notes a record that is a dead letter now and not for ever. */
    void putAside(ConsumerRecord<String, byte[]> record) {
        putAside.add(record);
        toGiveBack.add(record);
    }

    /** What {@link #giveBack} has given back or will. */
    public List<ConsumerRecord<String, byte[]>> putAside() {
        return putAside;
    }

    /** Appends again what was put aside, to its own topic, as an operator would make it; false if there was nothing. */
    public boolean giveBack() {
        var records = List.copyOf(toGiveBack);
        toGiveBack.clear();
        records.forEach(it -> append(it.topic(), it.key(), it.value(), it.headers()));
        return !records.isEmpty();
    }

    /** A process has died or been stopped: if that lasts, its members have left. */
    public void lost(Node node) {
        groups.values().forEach(group -> group.lost(node));
    }
}
