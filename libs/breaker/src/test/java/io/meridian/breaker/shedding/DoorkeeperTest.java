package io.meridian.breaker.shedding;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.breaker.Breaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rim: threads that wait, real time. */
@Timeout(60)
class DoorkeeperTest {

    private static final Importance WRITE = Importance.of(Priority.CRITICAL);

    /** Wide enough that nothing here is refused for its wait. */
    private static final DoorSettings PATIENT =
            new DoorSettings(1, 1_000, Duration.ofSeconds(1), Duration.ofSeconds(10));

    @Test
    void whoWaitsBeginsWhenAPlaceIsGivenBack() throws Exception {
        var door = door(PATIENT, DoorListener.NONE);
        var first = door.arrive(WRITE, Breaker.NO_DEADLINE);
        var second = door.arrive(WRITE, Breaker.NO_DEADLINE);
        var begun = started(second::await);

        assertThat(first.await()).isEmpty();
        first.close();

        assertThat(begun.get(30, SECONDS)).isEmpty();
        assertThat(door.load().working()).isEqualTo(1);
        second.close();
        second.close();
        assertThat(door.load().working()).isZero();
    }

    @Test
    void whoWaitsIsRefusedAtItsDeadline() throws Exception {
        var door = door(PATIENT, DoorListener.NONE);
        try (var _ = door.arrive(WRITE, Breaker.NO_DEADLINE);
                var brief = door.arrive(WRITE, Duration.ofMillis(20).toNanos())) {
            assertThat(brief.await().map(Refusal::why)).contains(Shed.EXPIRED);
        }
    }

    @Test
    void aStandingQueueIsGivenUpThoughNobodyComesOrGoes() throws Exception {
        var door = door(new DoorSettings(1, 10, Duration.ofMillis(1), Duration.ofMillis(10)), DoorListener.NONE);
        try (var _ = door.arrive(WRITE, Breaker.NO_DEADLINE);
                var waiting = door.arrive(WRITE, Breaker.NO_DEADLINE)) {
            assertThat(waiting.await().map(Refusal::why)).contains(Shed.STALE);
        }
    }

    @Test
    void whoIsInterruptedIsOutOfTheQueue() throws Exception {
        var door = door(PATIENT, DoorListener.NONE);
        try (var _ = door.arrive(WRITE, Breaker.NO_DEADLINE)) {
            var waiting = door.arrive(WRITE, Breaker.NO_DEADLINE);

            Thread.currentThread().interrupt();

            assertThatThrownBy(waiting::await).isInstanceOf(InterruptedException.class);
            assertThat(door.load().waiting()).isZero();
        }
    }

    @Test
    void whoGivesUpIsToldSoAndWhoWorksGoesOn() throws Exception {
        var door = door(PATIENT, DoorListener.NONE);
        try (var working = door.arrive(WRITE, Breaker.NO_DEADLINE);
                var waiting = door.arrive(WRITE, Breaker.NO_DEADLINE)) {
            var told = started(waiting::await);

            waiting.giveUp();
            working.giveUp();

            assertThat(told.get(30, SECONDS).map(Refusal::why)).contains(Shed.ABANDONED);
            assertThat(door.load()).isEqualTo(new Load(1, 1, 0, false, 512));
        }
    }

    @Test
    void whoStepsOutSeveralTimesAtOnceIsBackWithTheLast() throws Exception {
        var door = door(PATIENT, DoorListener.NONE);
        var late = door.arrive(WRITE, Breaker.NO_DEADLINE);
        late.stepOut();
        late.stepOut();
        try (var other = door.arrive(WRITE, Breaker.NO_DEADLINE)) {
            assertThat(other.await()).isEmpty();
            late.stepIn();
            assertThat(door.load().working()).isEqualTo(1);
            late.stepIn();
            assertThat(door.load().working()).isEqualTo(2);
            late.close();
            late.stepOut();
            late.stepIn();
            assertThat(door.load().working()).isEqualTo(1);
        }
        assertThat(door.load().working()).isZero();
    }

    @Test
    void workThatWaitsForSomebodyElseIsDoneOutside() {
        var door = door(PATIENT, DoorListener.NONE);
        try (var visit = door.arrive(WRITE, Breaker.NO_DEADLINE)) {
            int meanwhile = visit.call(() -> Doorkeeper.outside(() -> door.load().working()));

            assertThat(meanwhile).isZero();
            assertThat(door.load().working()).isEqualTo(1);
        }
        assertThat(Doorkeeper.current()).isEmpty();
        assertThat(Doorkeeper.<String, RuntimeException>outside(() -> "no visit")).isEqualTo("no visit");
    }

    @Test
    void aListenerThatThrowsBreaksNothing() throws Exception {
        var door = door(PATIENT, new DoorListener() {
            @Override
            public void admitted(Priority priority, long waitedNanos) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void shed(Priority priority, Shed why) {
                throw new IllegalStateException("on purpose");
            }
        });

        try (var visit = door.arrive(WRITE, Breaker.NO_DEADLINE);
                var expired = door.arrive(WRITE, 0)) {
            assertThat(visit.await()).isEmpty();
            assertThat(expired.await()).isPresent();
        }
    }

    @Test
    void listenersHearOfEachCallOnce() throws Exception {
        var heard = new ConcurrentLinkedQueue<String>();
        var door = door(PATIENT, DoorListeners.of(List.of(
                new DoorListener() {
                    @Override
                    public void admitted(Priority priority, long waitedNanos) {
                        throw new IllegalStateException("keeps the other from nothing");
                    }
                },
                new DoorListener() {
                    @Override
                    public void admitted(Priority priority, long waitedNanos) {
                        heard.add(priority + (waitedNanos == 0 ? " at once" : " later"));
                    }

                    @Override
                    public void shed(Priority priority, Shed why) {
                        heard.add(priority + " " + why);
                    }
                })));

        var first = door.arrive(WRITE, Breaker.NO_DEADLINE);
        try (var second = door.arrive(Importance.of(Priority.SHEDDABLE), Breaker.NO_DEADLINE);
                var _ = door.arrive(WRITE, -1)) {
            first.close();
            assertThat(second.await()).isEmpty();
        }

        assertThat(heard).containsExactly("CRITICAL at once", "CRITICAL EXPIRED", "SHEDDABLE later");
    }

    @Test
    void noMoreWorkThanMayAndEveryPlaceComesBackWhateverThreadsDo() throws Exception {
        var limit = 4;
        var door = door(new DoorSettings(limit, 16, Duration.ofMillis(1), Duration.ofMillis(2)), DoorListener.NONE);
        var working = new AtomicInteger();
        var most = new AtomicInteger();
        var begun = new AtomicInteger();
        var threads = new ArrayList<FutureTask<Integer>>();
        for (var t = 0; t < 50; t++) {
            var random = new SplittableRandom(t);
            threads.add(started(() -> {
                for (var i = 0; i < 2_000; i++) {
                    var left = random.nextInt(3) == 0 ? random.nextLong(2_000_000) : Breaker.NO_DEADLINE;
                    var importance = Importance.of(Priority.values()[random.nextInt(4)]);
                    try (var visit = door.arrive(importance, left)) {
                        switch (random.nextInt(10)) {
                            case 0 -> visit.giveUp();
                            case 1 -> Thread.currentThread().interrupt();
                            default -> {}
                        }
                        if (visit.await().isEmpty()) {
                            begun.incrementAndGet();
                            most.accumulateAndGet(working.incrementAndGet(), Math::max);
                            Thread.yield();
                            working.decrementAndGet();
                        }
                    } catch (InterruptedException _) {
                        // as intended
                    }
                    var _ = Thread.interrupted();
                }
                return 0;
            }));
        }
        for (var thread : threads) {
            thread.get(60, SECONDS);
        }

        assertThat(begun).hasPositiveValue();
        assertThat(most).hasValueLessThanOrEqualTo(limit);
        assertThat(door.load().working()).isZero();
        assertThat(door.load().waiting()).isZero();
    }

    @Test
    void aVisitThatIsNotClosedKeepsItsPlace() {
        var door = door(PATIENT, DoorListener.NONE);

        var _ = door.arrive(WRITE, Breaker.NO_DEADLINE);

        assertThat(door.load().working()).isEqualTo(1);
    }

    private static Doorkeeper door(DoorSettings settings, DoorListener listener) {
        return new Doorkeeper(settings, System::nanoTime, new SplittableRandom(1), listener);
    }

    /** Runs on a thread that has begun when this returns. */
    private static <R> FutureTask<R> started(Callable<R> work) throws InterruptedException {
        var begun = new CountDownLatch(1);
        var task = new FutureTask<R>(() -> {
            begun.countDown();
            return work.call();
        });
        Thread.ofVirtual().start(task);
        assertThat(begun.await(30, SECONDS)).isTrue();
        return task;
    }
}
