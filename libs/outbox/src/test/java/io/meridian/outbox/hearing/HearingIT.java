package io.meridian.outbox.hearing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.Delivery;
import io.meridian.outbox.HearingListener;
import io.meridian.outbox.HearingStatus;
import io.meridian.outbox.Outcome;
import io.meridian.testkit.UsesParts;
import io.meridian.testkit.UsesParts.Part;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.listener.AcknowledgingMessageListener;

/** Members that come and go, handlers that are slow, commits that fail: on the real Kafka and spring-kafka's own container. */
@UsesParts(Part.KAFKA)
class HearingIT {

    private static final InFlightSettings QUICK = new InFlightSettings(
            8, 1, 32, Duration.ofSeconds(1), Duration.ofMillis(100), 50, 3, 0.25, 200);

    /** An inbox in memory: event ids that were applied, with the order they came in for each key. */
    private final Set<String> inbox = ConcurrentHashMap.newKeySet();
    private final Map<String, ConcurrentLinkedQueue<Integer>> applied = new ConcurrentHashMap<>();
    private final Set<String> atWork = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean overlapped = new AtomicBoolean();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final List<Told> closed = new CopyOnWriteArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile long handlerMillis = 1;

    private record Told(String partition, HearingListener.SessionEnd end, Duration took) {}

    private final AcknowledgingMessageListener<String, byte[]> listener = (record, acknowledgment) -> {
        var key = record.key() + "/" + record.partition();
        overlapped.compareAndSet(false, !atWork.add(key));
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            pause(record.key());
            var words = new String(record.value(), UTF_8);
            if (words.equals("poison")) {
                throw new IllegalArgumentException("poison");
            }
            if (!words.equals("dropped")) {
                var id = new String(record.headers().lastHeader("ce_id").value(), UTF_8);
                boolean first = inbox.add(id);
                if (first) {
                    applied.computeIfAbsent(record.key(), _ -> new ConcurrentLinkedQueue<>()).add(Integer.parseInt(words));
                }
                Delivery.ended(first ? Outcome.APPLIED : Outcome.DUPLICATE);
            }
            Objects.requireNonNull(acknowledgment).acknowledge();
        } finally {
            atOnce.decrementAndGet();
            atWork.remove(key);
        }
    };

    private final Fleet fleet;

    HearingIT() throws Exception {
        fleet = new Fleet(QUICK, (record, acknowledgment) -> listener.onMessage(record, acknowledgment));
        fleet.told.add(new HearingListener() {
            @Override
            public void opened(String name, String partition) {
                opened.incrementAndGet();
            }

            @Override
            public void closed(String name, String partition, SessionEnd end, Duration took) {
                closed.add(new Told(partition, end, took));
            }
        });
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void threeMembersBecomeOneUnderLoadAndNothingIsLostRepeatedOrOutOfOrder() {
        for (int i = 0; i < 3; i++) {
            fleet.start("", 1);
        }
        eventually().until(() -> fleet.instances().stream().allMatch(it -> it.status().sessions() == 2));
        handlerMillis = 20;
        var load = Thread.ofVirtual().start(() -> say(2_000, 60));

        eventually().until(() -> inbox.size() > 300);
        fleet.instances().get(2).stop();
        fleet.instances().get(1).stop();

        eventually().until(() -> inbox.size() == 2_000);
        eventually().until(() -> !load.isAlive());
        var last = fleet.instances().getFirst();
        eventually().until(() -> last.status().sessions() == Fleet.PARTITIONS);
        assertThat(last.container.getAssignedPartitions()).hasSize(Fleet.PARTITIONS);
        assertThat(overlapped).isFalse();
        applied.values().forEach(numbers -> assertThat(List.copyOf(numbers)).isSorted());
        assertThat(closed).hasSizeGreaterThanOrEqualTo(4).allSatisfy(it -> {
            assertThat(it.end()).isEqualTo(HearingListener.SessionEnd.DRAINED);
            assertThat(it.took()).isLessThan(Duration.ofSeconds(10)); // benchmarks/rebalance measures it
        });
        assertThat(opened.get() - closed.size()).isEqualTo(Fleet.PARTITIONS);
        eventually().untilAsserted(() -> assertThat(last.status().unaccounted()).isZero());
        eventually().untilAsserted(() -> assertThat(fleet.committed().values().stream().mapToLong(it -> it).sum())
                .isEqualTo(2_000));
    }

    @Test
    void memberThatKeepsItsPlaceRestartsWithoutARebalanceAndOneThatIsRemovedLosesIt() throws Exception {
        var stays = fleet.start("a", 1);
        var restarts = fleet.start("b", 1);
        eventually().until(() -> stays.status().sessions() == 3 && restarts.status().sessions() == 3);
        closed.clear();

        restarts.stop();
        var again = fleet.start("b", 1);
        eventually().until(() -> again.status().sessions() == 3);
        assertThat(closed).hasSize(3); // its own; the other one was not disturbed
        assertThat(stays.status().sessions()).isEqualTo(3);

        again.stop();
        fleet.admin
                .removeMembersFromConsumerGroup(
                        fleet.group, new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("b-fleet-0"))))
                .all()
                .get();
        eventually().until(() -> stays.status().sessions() == Fleet.PARTITIONS);
    }

    @Test
    void workThatDoesNotEndInTimeIsInterruptedAndComesAgain() {
        var hanging = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var instance = fleet.start("", 1);
        eventually().until(() -> instance.status().sessions() == Fleet.PARTITIONS);
        handlerMillis = 60_000;
        interruptions = interrupted;
        begun = hanging;
        say(1, 1);
        assertThat(eventually(hanging)).isTrue();

        instance.stop();

        assertThat(eventually(interrupted)).isTrue();
        assertThat(closed).anySatisfy(it -> assertThat(it.end()).isEqualTo(HearingListener.SessionEnd.CANCELLED));
        assertThat(inbox).isEmpty();
        handlerMillis = 1;
        fleet.start("", 1);
        eventually().until(() -> inbox.size() == 1);
    }

    @Test
    void slowHandlerPausesPartitionsWithoutARebalanceAndRecovers() {
        var instance = fleet.start("", 1);
        eventually().until(() -> instance.status().sessions() == Fleet.PARTITIONS);
        handlerMillis = 300;
        int openedBefore = opened.get();
        say(2_000, 200);

        eventually().untilAsserted(() -> assertThat(instance.status())
                .returns(1, HearingStatus::permits)
                .returns(Fleet.PARTITIONS, HearingStatus::paused)
                .matches(it -> it.lag() > 1_000, "is far behind"));
        assertThat(instance.status().waiting()).as("in hand, however much there is").isLessThan(300);
        assertThat(mostAtOnce.get()).isLessThanOrEqualTo(8);

        handlerMillis = 1;
        eventually().until(() -> inbox.size() == 2_000);
        eventually().until(() -> instance.status().lag() == 0 && instance.status().paused() == 0);
        assertThat(opened.get()).as("no partition moved").isEqualTo(openedBefore);
        assertThat(closed).isEmpty();
        assertThat(instance.status().permits()).isGreaterThan(1);
        assertThat(instance.status().unaccounted()).isZero();
    }

    @Test
    void whatIsFinishedBehindAStuckRecordIsNotCommittedAndThePartitionPauses() throws Exception {
        var instance = fleet.start("", 1);
        eventually().until(() -> instance.status().sessions() == Fleet.PARTITIONS);
        var stuck = new CountDownLatch(1);
        unstuck = stuck;
        fleet.kafka.send(event(0, "stuck", 0)).get();
        for (int number = 1; number <= 1_000; number++) {
            fleet.kafka.send(event(0, "key-" + number % 20, number));
        }

        eventually().until(() -> instance.status().paused() == 1 && instance.status().waiting() == 0 && instance.status().running() == 1);
        assertThat(inbox.size()).isBetween(QUICK.span() - 1, QUICK.span() + Fleet.POLLED);
        assertThat(fleet.committed().getOrDefault(new TopicPartition(fleet.topic, 0), 0L)).isZero();

        stuck.countDown();
        eventually().until(() -> inbox.size() == 1_001);
        eventually().untilAsserted(() ->
                assertThat(fleet.committed()).containsEntry(new TopicPartition(fleet.topic, 0), 1_001L));
    }

    @Test
    void topicReplayedFromItsBeginningHasNoEffectAndEverythingIsAccountedFor() throws Exception {
        var instance = fleet.start("", 2);
        say(500, 20);
        fleet.kafka.send(fleet.event("key-1", UUID.randomUUID().toString(), "poison")).get();
        eventually().untilAsserted(() -> assertThat(instance.status())
                .returns(1L, HearingStatus::parked)
                .matches(_ -> inbox.size() == 500, "all 500 are in the inbox"));
        eventually().untilAsserted(() -> assertThat(fleet.committed().values().stream().mapToLong(it -> it).sum())
                .isEqualTo(501));
        instance.stop();
        var start = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (int partition = 0; partition < Fleet.PARTITIONS; partition++) {
            start.put(new TopicPartition(fleet.topic, partition), new OffsetAndMetadata(0));
        }
        eventually().ignoreExceptions().untilAsserted(() -> fleet.admin
                .alterConsumerGroupOffsets(fleet.group, start)
                .all()
                .get());

        var again = fleet.start("", 2);

        // More than 500 if a partition changes hands between the two consumers and its last commit does not get through in time.
        eventually().until(() -> again.status().duplicate() >= 500 && again.status().parked() >= 1 && again.status().lag() == 0);
        var account = again.status();
        assertThat(account.applied()).isZero();
        assertThat(account.received() - account.returned()).isEqualTo(account.duplicate() + account.parked());
        assertThat(account.unaccounted()).isZero();
        assertThat(applied.values().stream().mapToInt(ConcurrentLinkedQueue::size).sum()).isEqualTo(500);
    }

    /** The account's negative control. */
    @Test
    void listenerThatDropsARecordSilentlyIsFoundOut() throws Exception {
        var instance = fleet.start("", 1);
        say(20, 5);
        fleet.kafka.send(fleet.event("key-1", UUID.randomUUID().toString(), "dropped")).get();

        eventually().until(() -> inbox.size() == 20);
        eventually().untilAsserted(() -> assertThat(instance.status().unaccounted()).isEqualTo(1));
    }

    /** The audit's negative control: commits that the broker never gets, though the client says it did. */
    @Test
    void commitsThatDoNotGetThroughRaiseTheGapAndThenTheAlarm() {
        var found = findings();
        fleet.commits = _ -> Map.of();
        var instance = fleet.start("", 1);
        say(QUICK.span() * 3, 10, 0);

        eventually().until(() -> instance.status().gap() > 0);
        eventually().until(() -> found.contains(HearingListener.Misplaced.BEHIND));

        fleet.commits = it -> it;
        say(1, 1, 0);
        eventually().untilAsserted(() -> assertThat(instance.status()).returns(0L, HearingStatus::gap));
    }

    /** And commits before the effect. */
    @Test
    void commitAheadOfTheEffectRaisesTheAlarm() {
        var found = findings();
        fleet.commits = positions -> {
            var ahead = new HashMap<TopicPartition, OffsetAndMetadata>();
            positions.forEach((partition, offset) -> ahead.put(partition, new OffsetAndMetadata(offset.offset() + 5)));
            return ahead;
        };
        fleet.start("", 1);
        say(50, 10, 0);

        eventually().until(() -> found.contains(HearingListener.Misplaced.AHEAD));
    }

    private List<HearingListener.Misplaced> findings() {
        var found = new CopyOnWriteArrayList<HearingListener.Misplaced>();
        fleet.told.add(new HearingListener() {
            @Override
            public void misplaced(String name, String partition, Misplaced how, long records) {
                found.add(how);
            }
        });
        return found;
    }

    @Test
    void moreConsumersThanPartitionsAreNoticedAtStart() {
        var instance = fleet.start("", Fleet.PARTITIONS + 2);

        eventually().until(() -> instance.status().idleMembers() == 2);
        eventually().until(() -> !Double.isNaN(instance.status().retentionMarginSeconds()));
        assertThat(instance.status().retentionMarginSeconds()).isEqualTo(Duration.ofDays(7).toSeconds());
    }

    // ---- The handler's mishaps

    private volatile CountDownLatch interruptions = new CountDownLatch(0);
    private volatile CountDownLatch begun = new CountDownLatch(0);
    private volatile CountDownLatch unstuck = new CountDownLatch(0);

    private void pause(String key) {
        begun.countDown();
        try {
            if (key.equals("stuck")) {
                unstuck.await(60, SECONDS);
            }
            Thread.sleep(handlerMillis);
        } catch (InterruptedException e) {
            interruptions.countDown();
            throw new IllegalStateException(e);
        }
    }

    private void say(int count, int keys) {
        for (int number = 0; number < count; number++) {
            fleet.kafka.send(fleet.event("key-" + number % keys, UUID.randomUUID().toString(), Integer.toString(number)));
        }
    }

    private void say(int count, int keys, int partition) {
        for (int number = 0; number < count; number++) {
            fleet.kafka.send(event(partition, "key-" + number % keys, number));
        }
    }

    private ProducerRecord<String, byte[]> event(int partition, String key, int number) {
        var any = fleet.event(key, UUID.randomUUID().toString(), Integer.toString(number));
        return new ProducerRecord<>(
                any.topic(), partition, key, any.value(), any.headers());
    }

    private static boolean eventually(CountDownLatch latch) {
        eventually().until(() -> latch.getCount() == 0);
        return true;
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60));
    }
}
