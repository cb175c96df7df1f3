package io.meridian.deadline;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many short scopes that end just while they are left, by the clock and by callers that go. */
class ScopeRaceTest {

    private static final int THREADS = 8;
    private static final int SCOPES = 4_000;

    private final AtomicInteger interrupted = new AtomicInteger();
    private final AtomicInteger undisturbed = new AtomicInteger();

    @Test
    void interruptNeverOutlivesItsScopeOnVirtualThreads() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            race(threads);
        }
    }

    @Test
    void interruptNeverOutlivesItsScopeOnPooledThreads() throws Exception {
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            race(threads);
        }
    }

    private void race(ExecutorService threads) throws Exception {
        var all = new ArrayList<Callable<Boolean>>();
        for (var thread = 0; thread < THREADS; thread++) {
            var random = new Random(thread);
            all.add(() -> {
                for (var n = 0; n < SCOPES; n++) {
                    oneShortScope(random);
                }
                return true;
            });
        }
        for (var future : threads.invokeAll(all, 120, SECONDS)) {
            assertThat(future.state()).describedAs(() -> why(future)).isEqualTo(Future.State.SUCCESS);
        }

        // Otherwise nothing was raced.
        assertThat(interrupted).hasPositiveValue();
        assertThat(undisturbed).hasPositiveValue();
    }

    private void oneShortScope(Random random) {
        var scope = DeadlineScope.root("race", Deadline.after(Duration.ofNanos(random.nextInt(1_500_000))));
        var stage = scope.within(Duration.ofNanos(random.nextInt(1_500_000)));
        var disturbed = false;
        try {
            scope.call(() -> switch (random.nextInt(5)) {
                case 0 -> wait(random);
                case 1 -> DeadlineScope.shielded(() -> stage.call(() -> shieldedWait(random)));
                case 2 -> stage.call(() -> wait(random));
                case 3 -> {
                    Thread.startVirtualThread(scope::cancel);
                    yield wait(random);
                }
                default -> DeadlineScope.detached("race", Duration.ofSeconds(60), () -> shieldedWait(random));
            });
        } catch (InterruptedException _) {
            disturbed = true;
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(DeadlineScope.currentOrNull()).isNull();
        (disturbed ? interrupted : undisturbed).incrementAndGet();
    }

    private static boolean wait(Random random) throws InterruptedException {
        return new ArrayBlockingQueue<String>(1).poll(random.nextInt(1_000_000), NANOSECONDS) == null;
    }

    private static boolean shieldedWait(Random random) {
        try {
            return wait(random);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted in spite of the shield", e);
        }
    }

    /** A hook is told by the clock, by the canceller, or closed: by exactly one of them, whatever the order. */
    @Test
    void hookThatIsClosedExpiresAndIsCancelledAtOnceIsToldAtMostOnce() throws Exception {
        var told = 0;
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var n = 0; n < 3_000; n++) {
                var times = new AtomicInteger();
                var scope = DeadlineScope.root("race", Deadline.after(Duration.ofNanos(n % 3 == 0 ? 1_000_000 : 60_000_000_000L)));
                var start = new CyclicBarrier(2);
                var cancelling = threads.submit(() -> {
                    start.await(30, SECONDS);
                    scope.cancel();
                    return true;
                });
                var closing = threads.submit(() -> {
                    start.await(30, SECONDS);
                    try (var _ = scope.onEnd(_ -> times.incrementAndGet());
                            var _ = scope.onEnd(_ -> times.addAndGet(100))) {
                        return true;
                    }
                });
                cancelling.get(30, SECONDS);
                closing.get(30, SECONDS);

                assertThat(times.get()).isIn(0, 1, 100, 101);
                told += times.get() > 0 ? 1 : 0;
            }
        }
        assertThat(told).isPositive();
    }

    /** What is registered while the caller goes must not stay in the timer until a deadline that is far away. */
    @Test
    void endedScopesLeaveNothingBehind() throws Exception {
        var left = new ArrayList<WeakReference<AtomicInteger>>();
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var n = 0; n < 2_000; n++) {
                var scope = DeadlineScope.root("race", Deadline.after(Deadline.LONGEST));
                var start = new CyclicBarrier(2);
                var cancelling = threads.submit(() -> {
                    start.await(30, SECONDS);
                    scope.cancel();
                    return true;
                });
                var working = threads.submit(() -> {
                    start.await(30, SECONDS);
                    var load = new AtomicInteger();
                    try (var _ = scope.onEnd(_ -> load.incrementAndGet())) {
                        return new WeakReference<>(load);
                    }
                });
                left.add(working.get(30, SECONDS));
                cancelling.get(30, SECONDS);
            }
        }
        left.addAll(closedOnSuccessAndError());

        assertCollected(left);
    }

    private static List<WeakReference<AtomicInteger>> closedOnSuccessAndError() {
        var left = new ArrayList<WeakReference<AtomicInteger>>();
        var scope = DeadlineScope.root("race", Deadline.after(Deadline.LONGEST));
        for (var n = 0; n < 100; n++) {
            var load = new AtomicInteger();
            left.add(new WeakReference<>(load));
            scope.run(load::incrementAndGet);
            try (var _ = scope.onEnd(_ -> load.incrementAndGet())) {
                throw new IllegalStateException();
            } catch (IllegalStateException _) {
                // closed on the way here
            }
        }
        return left;
    }

    private static void assertCollected(List<WeakReference<AtomicInteger>> left) {
        var deadline = Deadline.after(Duration.ofSeconds(60));
        while (left.stream().anyMatch(it -> it.get() != null)) {
            assertThat(deadline.hasPassed()).describedAs("something is still held").isFalse();
            System.gc();
        }
    }

    private static String why(Future<?> future) {
        return future.state() == Future.State.FAILED ? String.valueOf(future.exceptionNow()) : future.state().name();
    }
}
