package io.meridian.deadline;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScopedQueueTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final List<String> stopped = new ArrayList<>();
    private final List<Stage> missed = new ArrayList<>();
    private final DeadlineListener listener = new DeadlineListener() {
        @Override
        public void stopped(Stage stage, Ending ending) {
            stopped.add(stage + " " + ending);
        }

        @Override
        public void missing(Stage stage) {
            missed.add(stage);
        }
    };
    private final List<String> done = new ArrayList<>();
    private final ScopedQueue<String> queue = queue(3);

    @Test
    void elementIsWorkedOnInTheScopeItWasPutInUnder() throws Exception {
        var scope = scope(SECOND);
        offer(scope, "a");

        var worked = queue.work(Duration.ZERO, _ -> assertThat(DeadlineScope.currentOrNull()).isSameAs(scope));

        assertThat(worked).isTrue();
        assertThat(DeadlineScope.current()).isEmpty();
        assertThat(stopped).isEmpty();
    }

    @Test
    void elementsComeOutInTheirOrder() throws Exception {
        var scope = scope(SECOND);
        offer(scope, "a");
        offer(scope, "b");
        offer(scope, "c");

        workAll();

        assertThat(done).containsExactly("a", "b", "c");
    }

    @Test
    void expiredElementIsSkippedAndCounted() throws Exception {
        offer(scope(SECOND), "expired");
        offer(scope(SECOND.multipliedBy(3)), "wanted");
        time.advance(SECOND);

        workAll();

        assertThat(done).containsExactly("wanted");
        assertThat(stopped).containsExactly("QUEUE EXPIRED");
    }

    @Test
    void cancelledElementIsSkippedAndCounted() throws Exception {
        var gone = scope(SECOND);
        offer(gone, "gone");
        offer(scope(SECOND), "wanted");
        gone.cancel();

        workAll();

        assertThat(done).containsExactly("wanted");
        assertThat(stopped).containsExactly("QUEUE CALLER_GONE");
    }

    @Test
    void fullQueueRefuses() {
        var scope = scope(SECOND);
        offer(scope, "a");
        offer(scope, "b");
        offer(scope, "c");

        assertThat(offer(scope, "d")).isFalse();
        assertThat(queue.size()).isEqualTo(3);
    }

    @Test
    void fullQueueDropsTheDeadBeforeItRefusesTheLiving() throws Exception {
        var gone = scope(SECOND);
        offer(gone, "a");
        offer(scope(SECOND.multipliedBy(3)), "b");
        offer(gone, "c");
        gone.cancel();

        assertThat(offer(scope(SECOND), "d")).isTrue();

        assertThat(stopped).containsExactly("QUEUE CALLER_GONE", "QUEUE CALLER_GONE");
        workAll();
        assertThat(done).containsExactly("b", "d");
    }

    @Test
    void nothingIsPutInForAScopeThatHasEnded() throws Exception {
        var scope = scope(SECOND);
        scope.cancel();

        assertThatThrownBy(() -> offer(scope, "a")).isInstanceOf(ScopeEndedException.class);

        assertThat(queue.size()).isZero();
        assertThat(stopped).containsExactly("QUEUE CALLER_GONE");
    }

    @Test
    void elementOutsideAnyScopeIsCountedAndWorkedOn() throws Exception {
        queue.offer("a");

        workAll();

        assertThat(done).containsExactly("a");
        assertThat(missed).containsExactly(Stage.QUEUE);
    }

    @Test
    void scopeThatEndsMeanwhileInterruptsTheWorkAndIsCounted() throws Exception {
        var scope = scope(SECOND);
        offer(scope, "a");

        queue.work(Duration.ZERO, _ -> {
            scope.cancel();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });

        assertThat(stopped).containsExactly("HANDLER CALLER_GONE");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void workThatThrowsCostsTheOthersNothing() throws Exception {
        offer(scope(SECOND), "bad");
        offer(scope(SECOND), "good");

        assertThatThrownBy(() -> queue.work(Duration.ZERO, _ -> {
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");
        workAll();

        assertThat(done).containsExactly("good");
    }

    @Test
    void emptyQueueIsWaitedForNoLongerThanPatienceLasts() throws Exception {
        assertThat(queue.work(Duration.ofMillis(1), done::add)).isFalse();
        assertThat(queue.work(Duration.ofMillis(-1), done::add)).isFalse();
    }

    @Test
    void queueWithoutRoomIsRefused() {
        assertThatThrownBy(() -> queue(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was 0");
    }

    /** Against a model that looks at each element's end the moment it is taken. */
    @Test
    void whatHasEndedIsNeverWorkedOnAndNothingIsLost() throws Exception {
        for (var seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var tested = queue(1 + random.nextInt(5));
            var waiting = new ArrayDeque<DeadlineScope>();
            var scopes = new ArrayList<>(List.of(scope(SECOND)));
            var offered = 0;
            var worked = 0;
            stopped.clear();
            for (var step = 0; step < 60; step++) {
                var any = scopes.get(random.nextInt(scopes.size()));
                switch (random.nextInt(6)) {
                    case 0 -> scopes.add(scope(Duration.ofMillis(1 + random.nextInt(500))));
                    case 1 -> time.advance(Duration.ofMillis(random.nextInt(100)));
                    case 2 -> any.cancel();
                    case 3, 4 -> {
                        if (!any.isOver() && offer(any, tested)) {
                            offered++;
                            waiting.add(any);
                        }
                    }
                    default -> {
                        waiting.removeIf(DeadlineScope::isOver);
                        var next = waiting.poll();
                        var took = tested.work(Duration.ZERO, _ -> {
                            assertThat(DeadlineScope.currentOrNull()).isSameAs(next);
                            assertThat(next).isNotNull();
                        });
                        assertThat(took).describedAs("seed %d, step %d", seed, step).isEqualTo(next != null);
                        worked += took ? 1 : 0;
                    }
                }
            }
            assertThat(worked + stopped.size() + tested.size())
                    .describedAs("seed %d", seed)
                    .isEqualTo(offered);
        }
    }

    /** Real threads and a real clock: each element is worked on once, skipped once, or still there. */
    @Test
    void everyElementHasOneFateAmongManyThreads() throws Exception {
        var skipped = new AtomicInteger();
        var worked = new AtomicInteger();
        var refused = new AtomicInteger();
        var twice = ConcurrentHashMap.<Integer>newKeySet();
        var shared = new ScopedQueue<Integer>(
                16,
                new DeadlineListener() {
                    @Override
                    public void stopped(Stage stage, Ending ending) {
                        if (stage == Stage.QUEUE) {
                            skipped.incrementAndGet();
                        }
                    }
                },
                new MissingDeadline(MissingDeadline.Policy.COUNT, DeadlineListeners.NONE));
        var producing = new CountDownLatch(3);
        var jobs = new ArrayList<Callable<Boolean>>();
        for (var producer = 0; producer < 3; producer++) {
            var first = producer * 10_000;
            var random = new Random(producer);
            jobs.add(() -> {
                for (var n = first; n < first + 10_000; n++) {
                    var number = n;
                    var scope = DeadlineScope.root("test", Deadline.after(Duration.ofNanos(1 + random.nextInt(400_000))));
                    try {
                        scope.run(() -> {
                            if (!shared.offer(number)) {
                                refused.incrementAndGet();
                            }
                        });
                    } catch (ScopeEndedException _) {
                        // counted as skipped
                    }
                }
                producing.countDown();
                return true;
            });
        }
        for (var consumer = 0; consumer < 3; consumer++) {
            jobs.add(() -> {
                while (producing.getCount() > 0 || shared.size() > 0) {
                    shared.work(Duration.ofMillis(1), number -> {
                        assertThat(twice.add(number)).isTrue();
                        worked.incrementAndGet();
                    });
                }
                return true;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.invokeAll(jobs, 60, SECONDS)).allMatch(it -> it.state() == Future.State.SUCCESS);
        }

        assertThat(worked.get() + skipped.get() + refused.get()).isEqualTo(30_000);
        assertThat(worked).hasPositiveValue();
        assertThat(skipped).hasPositiveValue();
    }

    private ScopedQueue<String> queue(int capacity) {
        var missing = new MissingDeadline(MissingDeadline.Policy.COUNT, listener);
        missing.watch();
        return new ScopedQueue<>(capacity, listener, missing);
    }

    private DeadlineScope scope(Duration budget) {
        return DeadlineScope.root("test", Deadline.after(budget, time.nanos()));
    }

    private boolean offer(DeadlineScope scope, String element) {
        return scope.call(() -> queue.offer(element));
    }

    private static boolean offer(DeadlineScope scope, ScopedQueue<String> queue) {
        return scope.call(() -> queue.offer("x"));
    }

    private void workAll() throws InterruptedException {
        while (queue.work(Duration.ZERO, done::add)) {
            // until it is empty
        }
    }
}
