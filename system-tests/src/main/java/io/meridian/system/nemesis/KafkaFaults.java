package io.meridian.system.nemesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.local.platform.Component;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What can happen to records and their readers, proven by offsets. */
final class KafkaFaults {

    private static final int COPIES = 200;

    private KafkaFaults() {}

    /** Something about records of one topic. */
    private abstract static class OfTopic implements Fault {

        final Topics topics;
        final String topic;
        private final String verb;
        Map<TopicPartition, Long> behind = Map.of();

        OfTopic(Arena arena, String topic, String verb) {
            this.topics = new Topics(arena);
            this.topic = topic;
            this.verb = verb;
        }

        @Override
        public String name() {
            return verb + " " + topic;
        }

        @Override
        public Set<Component> strikes() {
            return Set.of(Component.KAFKA);
        }

        @Override
        public String proofThatItTook() throws Exception {
            var ends = topics.ends(topic);
            behind.forEach((partition, offset) -> {
                if (ends.getOrDefault(partition, 0L) < offset) {
                    throw new IllegalStateException(partition + " ends at " + ends.get(partition) + ", before " + offset);
                }
            });
            if (behind.isEmpty()) {
                throw new Unproven("no record was written to " + topic);
            }
            return "durable in " + behind.size() + " partitions of " + topic;
        }

        /** Records cannot be taken back. */
        @Override
        public void heal() {}

        @Override
        public String proofThatItHealed() throws Exception {
            topics.requireReadTo(topic, behind);
            return "all readers are past them";
        }
    }

    /** Records that are no events, ahead of good ones in every partition. */
    static Fault poison(Arena arena, String topic) {
        return new OfTopic(arena, topic, "poison") {
            @Override
            public void inject() throws Exception {
                var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
                for (var partition : topics.partitions(topic)) {
                    var no = "no event at all".getBytes(UTF_8);
                    records.add(new ProducerRecord<>(topic, partition.partition(), no, no));
                    // With the head of an event, and a body that is none.
                    var record = new ProducerRecord<>(topic, partition.partition(), "poison".getBytes(UTF_8), new byte[] {-1, -1});
                    Map.of("ce_id", Poison.MARK + System.nanoTime(), "ce_type", "order.v1.OrderConfirmed", "ce_source", "harness", "ce_time", "2026-01-01T00:00:00Z")
                            .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
                    records.add(record);
                }
                behind = Topics.behind(topics.write(records));
            }
        };
    }

    /** The last records of a topic once more, in the opposite order. */
    static Fault duplicate(Arena arena, String topic) {
        return new OfTopic(arena, topic, "duplicate and reorder") {
            @Override
            public void inject() throws Exception {
                behind = Topics.behind(topics.write(Topics.again(topics.last(topic, COPIES))));
            }
        };
    }

    /** All members are put out of their group, as those are that were away for too long; each comes back and partitions move. */
    static Fault rebalance(Arena arena, Component service) {
        var topics = new Topics(arena);
        return new Fault() {

            private Set<String> before = Set.of();

            @Override
            public String name() {
                return "rebalance " + service.id();
            }

            @Override
            public Set<Component> strikes() {
                return Set.of(service);
            }

            @Override
            public void inject() throws Exception {
                before = topics.members(service.id());
                arena.kafka()
                        .removeMembersFromConsumerGroup(service.id(), new RemoveMembersFromConsumerGroupOptions())
                        .all()
                        .get();
            }

            @Override
            public String proofThatItTook() throws Exception {
                if (before.isEmpty()) {
                    throw new Unproven("the group " + service.id() + " had no members");
                }
                return Proofs.within(Duration.ofSeconds(15), () -> {
                    var now = topics.members(service.id());
                    if (now.stream().anyMatch(before::contains)) {
                        throw new Unproven("the group " + service.id() + " still has the members " + now);
                    }
                    return "none of its " + before.size() + " members is left";
                });
            }

            @Override
            public void heal() {}

            @Override
            public String proofThatItHealed() throws Exception {
                var now = topics.members(service.id());
                if (now.isEmpty()) {
                    throw new Unproven("the group " + service.id() + " has no members");
                }
                return now.size() + " members";
            }
        };
    }

    /**
     * A service hears everything again from the first record on.
     *
     * @param forgetful whether it has also forgotten what it heard: its inbox is pruned
     */
    static Fault replay(Arena arena, Component service, boolean forgetful) {
        var topics = new Topics(arena);
        return new Fault() {

            private Map<TopicPartition, Long> ends = Map.of();
            private int forgotten;

            @Override
            public String name() {
                return (forgetful ? "prune inbox and replay " : "replay ") + service.id();
            }

            @Override
            public Set<Component> strikes() {
                return Set.of(service, Component.KAFKA, Component.POSTGRES);
            }

            @Override
            public void inject() throws Exception {
                arena.platform().stop(service);
                Proofs.within(Duration.ofSeconds(20), () -> {
                    topics.rewind(service.id()); // refused while the coordinator believes that members are there
                    return "rewound";
                });
                if (forgetful) {
                    try (var connection = arena.database(service);
                            var statement = connection.createStatement()) {
                        forgotten = statement.executeUpdate("DELETE FROM inbox_events");
                    }
                }
            }

            @Override
            public String proofThatItTook() throws Exception {
                var all = new HashMap<TopicPartition, Long>();
                for (var topic : Topics.readBy(service.id())) {
                    all.putAll(topics.ends(topic));
                }
                ends = all;
                var committed = topics.committed(service.id());
                var records = ends.values().stream().mapToLong(it -> it).sum();
                if (committed.values().stream().anyMatch(it -> it > 0) || records == 0) {
                    throw new Unproven(service.id() + " begins at " + committed + " of " + records + " records");
                }
                if (forgetful && forgotten == 0) {
                    throw new Unproven("there was nothing in the inbox of " + service.id());
                }
                return records + " records lie before it again" + (forgetful ? ", " + forgotten + " inbox rows are gone" : "");
            }

            @Override
            public void heal() {
                arena.platform().start(service);
            }

            @Override
            public String proofThatItHealed() throws Exception {
                var committed = topics.committed(service.id());
                for (var end : ends.entrySet()) {
                    if (committed.getOrDefault(end.getKey(), 0L) < end.getValue()) {
                        throw new Unproven(service.id() + " has come to " + committed.get(end.getKey()) + " of " + end);
                    }
                }
                return "it has read them all";
            }
        };
    }

    /** The topics a fault can be about. */
    static List<String> topics() {
        return List.of(Topics.ORDERS, Topics.INVENTORY, Topics.PAYMENTS);
    }
}
