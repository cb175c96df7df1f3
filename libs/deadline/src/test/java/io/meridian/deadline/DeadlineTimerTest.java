package io.meridian.deadline;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineTimerTest {

    private final DeadlineTimer timer = new DeadlineTimer();

    @Test
    void tellsAnEntryNotBeforeItIsDue() throws Exception {
        var early = new AtomicBoolean();
        var all = new ArrayList<Told>();
        var random = new Random(1);

        for (var n = 0; n < 500; n++) {
            var at = System.nanoTime() + random.nextLong(Duration.ofMillis(200).toNanos());
            var entry = new Told() {
                @Override
                void due() {
                    if (System.nanoTime() - at < 0) {
                        early.set(true);
                    }
                    super.due();
                }
            };
            all.add(entry);
            timer.schedule(entry, at);
        }

        assertToldAll(all);
        assertThat(early).isFalse();
    }

    @Test
    void tellsWhatIsDueAlready() throws Exception {
        var entry = new Told();

        timer.schedule(entry, System.nanoTime() - Duration.ofDays(1).toNanos());

        assertToldAll(List.of(entry));
    }

    @Test
    void entryThatIsTakenBackIsNotTold() throws Exception {
        var at = System.nanoTime() + Duration.ofMillis(50).toNanos();
        var takenBack = new Told();
        var other = new Told();
        timer.schedule(takenBack, at);
        timer.schedule(other, at + Duration.ofMillis(5).toNanos());

        timer.cancel(takenBack);

        assertToldAll(List.of(other));
        assertThat(takenBack.times).hasValue(0);
    }

    @Test
    void takingBackTwiceOrAfterwardsOrSomethingUnknownDoesNothing() throws Exception {
        var entry = new Told();
        timer.cancel(new Told());
        timer.schedule(entry, System.nanoTime());
        assertToldAll(List.of(entry));

        timer.cancel(entry);
        timer.cancel(entry);

        var next = new Told();
        timer.schedule(next, System.nanoTime());
        assertToldAll(List.of(next));
    }

    @Test
    void entryOfALaterTurnWaitsInItsSlot() throws Exception {
        var turn = Duration.ofMillis(DeadlineTimer.SLOTS).toNanos();
        var at = System.nanoTime() + Duration.ofMillis(20).toNanos();
        var soon = new Told();
        var turnLater = new Told();
        timer.schedule(turnLater, at + 1_000 * turn);
        timer.schedule(soon, at);

        assertToldAll(List.of(soon));
        assertThat(turnLater.times).hasValue(0);
    }

    @Test
    void soonerEntryWakesAThreadThatSleepsForALaterOne() throws Exception {
        for (var n = 0; n < 50; n++) {
            var later = new Told();
            var sooner = new Told();
            timer.schedule(later, System.nanoTime() + Duration.ofSeconds(60).toNanos());
            timer.schedule(sooner, System.nanoTime() + Duration.ofMillis(3).toNanos());

            assertToldAll(List.of(sooner));
            timer.cancel(later);
        }
    }

    /** The thread is held for more than a whole turn of the wheel: every slot passes unseen once, some twice. */
    @Test
    void entriesThatAreDueWhileTheThreadLooksElsewhereAreToldAfterwards() throws Exception {
        var release = new CountDownLatch(1);
        hold(release);
        var start = System.nanoTime();
        var turn = Duration.ofMillis(DeadlineTimer.SLOTS + 100);
        var all = new ArrayList<Told>();
        for (var millis = -50; millis < turn.toMillis(); millis++) {
            var entry = new Told();
            all.add(entry);
            timer.schedule(entry, start + Duration.ofMillis(millis).toNanos());
        }

        var over = new CountDownLatch(1);
        try (var _ = DeadlineScope.root("test", Deadline.since(start, turn)).onEnd(_ -> over.countDown())) {
            assertThat(over.await(30, SECONDS)).isTrue();
        }
        release.countDown();

        assertToldAll(all);
    }

    @Test
    void entryThatThrowsCostsOthersNothing() throws Exception {
        var at = System.nanoTime() + Duration.ofMillis(20).toNanos();
        var before = new Told();
        var after = new Told();
        timer.schedule(before, at);
        timer.schedule(
                new Told() {
                    @Override
                    void due() {
                        throw new AssertionError("on purpose");
                    }
                },
                at);
        timer.schedule(after, at);

        assertToldAll(List.of(before, after));
    }

    /** Many threads add entries that are due just about now, while the wheel turns under them. */
    @Test
    void nothingIsLostInTheRaceWithTheWheel() throws Exception {
        var all = new ArrayList<Told>();
        for (var n = 0; n < 40_000; n++) {
            all.add(new Told());
        }
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var part = 0; part < 4; part++) {
                var mine = all.subList(part * 10_000, (part + 1) * 10_000);
                var random = new Random(part);
                threads.execute(() -> mine.forEach(
                        entry -> timer.schedule(entry, System.nanoTime() + random.nextLong(3_000_000) - 1_000_000)));
            }
        }

        assertToldAll(all);
    }

    @Test
    void entriesThatAreTakenBackAtOnceLeaveTheOthersInTheirSlots() throws Exception {
        var kept = new ArrayList<Told>();
        var random = new Random(7);
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var n = 0; n < 20_000; n++) {
                var at = System.nanoTime() + random.nextLong(Duration.ofMillis(100).toNanos());
                var entry = new Told();
                if (random.nextInt(10) == 0) {
                    kept.add(entry);
                    timer.schedule(entry, at);
                } else {
                    timer.schedule(entry, at);
                    threads.execute(() -> timer.cancel(entry));
                }
            }
        }

        assertToldAll(kept);
    }

    /** An entry that comes too late is told on the thread that brings it, which must not be held. */
    private void hold(CountDownLatch release) throws InterruptedException {
        var tester = Thread.currentThread();
        var held = new AtomicBoolean();
        while (!held.get()) {
            var told = new Told() {
                @Override
                void due() {
                    held.set(Thread.currentThread() != tester);
                    super.due();
                    if (held.get()) {
                        awaitQuietly(release);
                    }
                }
            };
            timer.schedule(told, System.nanoTime() + Duration.ofMillis(20).toNanos());
            assertToldAll(List.of(told));
        }
    }

    private static void assertToldAll(List<Told> all) throws InterruptedException {
        for (var entry : all) {
            assertThat(entry.told.await(30, SECONDS)).isTrue();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static class Told extends DeadlineTimer.Entry {

        final CountDownLatch told = new CountDownLatch(1);
        final AtomicInteger times = new AtomicInteger();

        @Override
        void due() {
            times.incrementAndGet();
            told.countDown();
        }
    }
}
