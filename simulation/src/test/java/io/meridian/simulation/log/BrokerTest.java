package io.meridian.simulation.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.outbox.kafka.RetrySettings;
import io.meridian.outbox.kafka.UnreadableEventException;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The simulated broker against what Kafka does in the same place. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BrokerTest {

    private static final String TOPIC = "orders.v1";
    private static final RetrySettings RETRIES = new RetrySettings(
            Duration.ofMillis(100), Duration.ofSeconds(2), 3, Duration.ofSeconds(5), Duration.ofMinutes(5));

    private final World world = new World(1, null);
    private final Broker broker = new Broker(world, 2);
    private final List<String> seen = new ArrayList<>();

    @Test
    void recordsOfOneKeyAreHeardInTheirOrder() {
        consume(up("a"), record -> seen.add(record));
        for (var number = 1; number <= 5; number++) {
            append("k", "r" + number);
        }

        world.sleep(1_000_000_000);

        assertThat(seen).containsExactly("r1", "r2", "r3", "r4", "r5");
    }

    @Test
    void whatACrashKeptFromItsCommitIsHeardAgainByTheNextOwner() {
        var first = up("a");
        consume(first, record -> {
            seen.add("a " + record);
            if (record.equals("r2")) {
                first.crashAfter(1);
                world.sleep(1);
            }
        });
        append("k", "r1");
        append("k", "r2");
        world.sleep(500_000_000);

        consume(up("b"), record -> seen.add("b " + record));
        world.sleep(Broker.SESSION_TIMEOUT.toNanos() * 2);

        assertThat(seen).contains("a r2", "b r2").endsWith("b r2");
    }

    @Test
    void anOffsetOfAFormerOwnerIsRefused() {
        var refused = new ArrayList<String>();
        var witness = new Consumer.Witness() {
            @Override
            public void commitRefused(String consumer) {
                refused.add(consumer);
            }
        };
        var slow = up("slow");
        consume(slow, witness, _ -> world.sleep(2_000_000_000));
        append("k", "r1");
        world.sleep(100_000_000);
        consume(up("other"), witness, seen::add);

        broker.groups().values().forEach(Group::rebalance);
        world.sleep(100_000_000);
        broker.groups().values().forEach(Group::rebalance);
        world.sleep(10_000_000_000L);

        assertThat(refused).isNotEmpty();
    }

    @Test
    void aRecordNobodyCanReadIsParkedAndTheNextOneIsHeard() {
        consume(up("a"), record -> {
            if (record.equals("poison")) {
                throw new UnreadableEventException("no event");
            }
            seen.add(record);
        });
        append("k", "poison");
        append("k", "good");

        world.sleep(1_000_000_000);

        assertThat(seen).containsExactly("good");
        assertThat(broker.records(TOPIC + ".dlt")).hasSize(1);
    }

    @Test
    void aRecordThatFailsIsTriedAgainAsTheSettingsSay() {
        consume(up("a"), record -> {
            seen.add(record + " at " + world.nanos() / 100_000_000);
            if (seen.size() < 3) {
                throw new IllegalStateException("bad luck");
            }
        });
        append("k", "r");

        world.sleep(5_000_000_000L);

        assertThat(seen).containsExactly("r at 0", "r at 1", "r at 3");
    }

    @Test
    void ofARecordWhoseAcknowledgementGotLostItsSenderDoesNotKnow() {
        broker.setHazards(new Broker.Hazards() {
            @Override
            public boolean losesAnswer(Node from, String what) {
                return true;
            }
        });
        var node = up("a");
        var producer = new Producers(world, broker, node).open();
        producer.send(
                new ProducerRecord<>(TOPIC, "k", bytes("r")),
                (_, failure) -> seen.add(failure == null ? "acknowledged" : "unknown"));

        world.sleep(60_000_000_000L);

        assertThat(seen).containsExactly("unknown");
        assertThat(broker.records(TOPIC)).hasSize(1);
    }

    @Test
    void aClosedProducerSendsNothingOfWhatItHadGathered() {
        var node = up("a");
        var producer = new Producers(world, broker, node).open();
        producer.send(new ProducerRecord<>(TOPIC, "k", bytes("r1")), (_, _) -> {});
        producer.send(
                new ProducerRecord<>(TOPIC, "k", bytes("r2")),
                (_, failure) -> seen.add(failure == null ? "acknowledged" : "aborted"));

        producer.close(Duration.ZERO);
        world.sleep(1_000_000_000);

        assertThat(seen).containsExactly("aborted");
        assertThat(broker.records(TOPIC)).hasSize(1);
    }

    private interface Hear {
        void hear(String record);
    }

    private void consume(Node node, Hear hear) {
        consume(node, new Consumer.Witness() {}, hear);
    }

    private void consume(Node node, Consumer.Witness witness, Hear hear) {
        node.whenItDies(() -> broker.lost(node));
        var consumer = new Consumer(
                world,
                broker,
                node,
                "listener",
                "group",
                TOPIC,
                (record, acknowledgment) -> {
                    hear.hear(new String(record.value(), StandardCharsets.UTF_8));
                    acknowledgment.acknowledge();
                },
                RETRIES,
                witness,
                Consumer.Bends.NONE);
        world.start(node, "listener", consumer::run);
    }

    private Node up(String name) {
        var node = world.node(name);
        node.comeUp();
        return node;
    }

    private void append(String key, String value) {
        broker.append(new ProducerRecord<>(TOPIC, key, bytes(value)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
