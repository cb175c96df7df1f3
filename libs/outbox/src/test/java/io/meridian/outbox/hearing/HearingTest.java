package io.meridian.outbox.hearing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.outbox.Delivery;
import io.meridian.outbox.HearingListener;
import io.meridian.outbox.Outcome;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** One thread plays consumer and workers, in an order that the test decides. */
class HearingTest {

    private static final TopicPartition PARTITION = new TopicPartition("orders.v1", 0);
    private static final Object MEMBER = "member";
    private static final InFlightSettings SETTINGS = new InFlightSettings(
            2, 1, 4, Duration.ofSeconds(10), Duration.ofSeconds(2), 5_000, 3, 0.25, 6);

    private final ManualTime time = new ManualTime();
    private final Queue<Runnable> begun = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private Function<Task, End> work = task -> {
        done.add(task.record.key() + "@" + task.record.offset());
        return new End.Decided(Outcome.APPLIED);
    };
    private final Hearing hearing = new Hearing(
            "orders", SETTINGS, task -> work.apply(task), begun::add, List.of(new Told()), time.nanos());

    @Test
    void recordsOfOneKeyWaitForEachOtherAndOthersDoNot() {
        hearing.open(PARTITION, MEMBER);
        receive(0, "a");
        receive(1, "a");
        receive(2, "b");

        assertThat(begun).hasSize(2);
        assertThat(hearing.status().waiting()).isEqualTo(1);
        runAll();
        assertThat(done).containsExactly("a@0", "b@2", "a@1");
    }

    @Test
    void noMoreAreBegunThanThereArePermits() {
        hearing.open(PARTITION, MEMBER);
        for (int offset = 0; offset < 5; offset++) {
            receive(offset, "k" + offset);
        }

        assertThat(begun).hasSize(2);
        assertThat(hearing.status().running()).isEqualTo(2);
        runAll();
        assertThat(hearing.status().running()).isZero();
        assertThat(hearing.status().applied()).isEqualTo(5);
    }

    @Test
    void positionToCommitNeverPassesAnUnfinishedRecord() {
        hearing.open(PARTITION, MEMBER);
        receive(0, "a");
        receive(1, "b");
        var slow = begun.remove();
        runAll();

        assertThat(hearing.toCommit(MEMBER)).isEmpty();
        slow.run();
        assertThat(hearing.toCommit(MEMBER)).containsEntry(PARTITION, 2L);
        assertThat(hearing.toCommit(MEMBER)).isEmpty();
        hearing.commitFailed(Set.of(PARTITION), MEMBER);
        assertThat(hearing.toCommit(MEMBER)).containsEntry(PARTITION, 2L);
    }

    @Test
    void partitionIsPausedWhileAsManyWaitAsMayRunAndThePollIsWokenWhenThereIsRoom() {
        hearing.whenRoomAgain(() -> told.add("room again"));
        hearing.open(PARTITION, MEMBER);
        for (int offset = 0; offset < 4; offset++) {
            receive(offset, "k" + offset);
        }
        assertThat(hearing.toPause(MEMBER)).containsExactly(PARTITION);

        begun.remove().run();

        assertThat(told).contains("room again");
        assertThat(hearing.toPause(MEMBER)).isEmpty();
    }

    @Test
    void recordThatIsStuckPausesItsPartitionWhenTooManyAreFinishedBehindIt() {
        hearing.open(PARTITION, MEMBER);
        receive(0, "stuck");
        var stuck = begun.remove();
        for (int offset = 1; offset < 5; offset++) {
            receive(offset, "k");
            runAll();
        }
        assertThat(hearing.toPause(MEMBER)).isEmpty();

        receive(5, "k");
        runAll();
        assertThat(hearing.toPause(MEMBER)).containsExactly(PARTITION);

        stuck.run();
        assertThat(hearing.toPause(MEMBER)).isEmpty();
        assertThat(hearing.toCommit(MEMBER)).containsEntry(PARTITION, 6L);
    }

    @Test
    void partitionThatGoesGivesBackWhatWaitsAndCommitsWhatIsFinished() {
        hearing.open(PARTITION, MEMBER);
        receive(0, "a");
        runAll();
        receive(1, "a");
        receive(2, "a");
        begun.remove().run();
        var committed = new HashMap<TopicPartition, Long>();

        hearing.drain(Set.of(PARTITION), MEMBER, Duration.ZERO, committed::putAll);

        assertThat(committed).containsExactly(Map.entry(PARTITION, 2L));
        assertThat(told).contains("closed CANCELLED"); // 2 was begun and never got its turn
        runAll();
        assertThat(hearing.status().sessions()).isZero();
        assertThat(hearing.status().unaccounted()).isZero();
    }

    @Test
    void lostPartitionCommitsNothingAndItsScopeIsClosedOnce() {
        hearing.open(PARTITION, MEMBER);
        receive(0, "a");
        runAll();

        hearing.lose(Set.of(PARTITION), MEMBER);
        hearing.lose(Set.of(PARTITION), MEMBER);
        hearing.drain(Set.of(PARTITION), MEMBER, Duration.ZERO, it -> told.add("committed " + it));

        assertThat(told).containsExactly("opened", "closed LOST");
    }

    @Test
    void partitionOfAnotherMemberIsNotTouched() {
        hearing.open(PARTITION, "newcomer");

        hearing.lose(Set.of(PARTITION), MEMBER);

        assertThat(hearing.partitions("newcomer")).containsExactly(PARTITION);
    }

    @Test
    void recordOfAPartitionThatHasGoneToSomebodyElseIsLeftToThem() {
        hearing.open(PARTITION, "newcomer");

        receive(0, "a");

        assertThat(begun).isEmpty();
        assertThat(hearing.status().returned()).isEqualTo(1);
        assertThat(hearing.status().unaccounted()).isZero();
    }

    @Test
    void scopeIsClosedThoughTheCommitFails() {
        hearing.open(PARTITION, MEMBER);
        receive(0, "a");
        runAll();

        try {
            hearing.drain(Set.of(PARTITION), MEMBER, Duration.ZERO, _ -> {
                throw new IllegalStateException("no coordinator");
            });
        } catch (IllegalStateException expected) {
            told.add(expected.getMessage());
        }

        assertThat(told).containsExactly("opened", "closed DRAINED", "no coordinator");
    }

    @Test
    void whoAcknowledgesAndDoesNothingIsFoundOut() {
        work = _ -> new End.Dropped();
        hearing.open(PARTITION, MEMBER);

        receive(0, "a");
        runAll();

        assertThat(hearing.status().unaccounted()).isEqualTo(1);
        assertThat(told).contains("dropped orders.v1-0@0");
        assertThat(hearing.toCommit(MEMBER)).containsEntry(PARTITION, 1L);
    }

    @Test
    void acknowledgementMayComeLaterAndHoldsTheOffsetTillThen() {
        var open = new ArrayList<Task>();
        work = task -> {
            open.add(task);
            return new End.Open();
        };
        hearing.open(PARTITION, MEMBER);
        receive(0, "a");
        runAll();
        assertThat(hearing.toCommit(MEMBER)).isEmpty();
        assertThat(hearing.status().open()).isEqualTo(1);

        var task = open.getFirst();
        task.delivery.during(() -> {
            Delivery.ended(Outcome.APPLIED);
            return null;
        });
        hearing.acknowledge(task);
        hearing.acknowledge(task);

        assertThat(hearing.toCommit(MEMBER)).containsEntry(PARTITION, 1L);
        assertThat(hearing.status().applied()).isEqualTo(1);
        assertThat(hearing.status().unaccounted()).isZero();
    }

    @Test
    void consumerThatIsSentBackStartsTheScopeAgain() {
        hearing.open(PARTITION, MEMBER);
        receive(5, "a");
        runAll();

        receive(3, "a");
        runAll();

        assertThat(done).containsExactly("a@5", "a@3");
        assertThat(hearing.toCommit(MEMBER)).containsEntry(PARTITION, 4L);
    }

    /**
     * Ten minutes in virtual time: handlers take 20 ms, for two minutes 3 s, then 20 ms again, and 10,000 records wait all the while. No
     * permit is lost, and a minute after the trouble as many are at work as before.
     */
    @Test
    void slowHandlerHalvesThePermitsAndRecoversWithinAMinute() {
        var settings = InFlightSettings.USUAL;
        var running = new ArrayDeque<Runnable>();
        var sim = new Hearing(
                "orders", settings, _ -> new End.Decided(Outcome.APPLIED), running::add, List.of(), time.nanos());
        sim.open(PARTITION, MEMBER);
        sim.audited(0, 10_000);
        var ends = new ArrayDeque<Map.Entry<Long, Runnable>>();
        var random = new Random(3);
        long offset = 0;
        var permits = new ArrayList<Integer>();
        for (int tick = 0; tick < 60_000; tick++) { // of 10 ms
            long now = tick * 10L;
            while (!ends.isEmpty() && ends.peek().getKey() <= now) {
                ends.remove().getValue().run();
            }
            while (sim.toPause(MEMBER).isEmpty()) {
                sim.receive(record(offset++, "k" + random.nextInt(1_000)), MEMBER, null);
            }
            boolean isSlow = now >= 120_000 && now < 240_000;
            while (!running.isEmpty()) {
                ends.add(Map.entry(now + (isSlow ? 3_000 : 20), running.remove()));
            }
            var sorted = ends.stream().sorted(Map.Entry.comparingByKey()).toList();
            ends.clear();
            ends.addAll(sorted);
            sim.step();
            assertThat(sim.status().running()).isLessThanOrEqualTo(64);
            permits.add(sim.status().permits());
            time.advance(Duration.ofMillis(10));
        }

        assertThat(permits.get(11_999)).isGreaterThanOrEqualTo(16);
        assertThat(permits.subList(20_000, 24_000)).as("eighty seconds into the trouble").containsOnly(1);
        assertThat(permits.get(30_000)).as("a minute after it").isGreaterThanOrEqualTo(15);
        assertThat(sim.status().unaccounted()).isZero();
    }

    private void receive(long offset, String key) {
        hearing.receive(record(offset, key), MEMBER, null);
    }

    private static ConsumerRecord<String, byte[]> record(long offset, String key) {
        return new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, key, new byte[0]);
    }

    private void runAll() {
        while (!begun.isEmpty()) {
            begun.remove().run();
        }
    }

    private final class Told implements HearingListener {

        @Override
        public void opened(String listener, String partition) {
            told.add("opened");
        }

        @Override
        public void closed(String listener, String partition, SessionEnd end, Duration took) {
            told.add("closed " + end);
        }

        @Override
        public void dropped(String listener, String record) {
            told.add("dropped " + record);
        }
    }
}
