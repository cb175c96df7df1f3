package io.meridian.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request is given up at any point of its work; what its parts had taken is given back by the time the block is left. */
@Timeout(300)
class SplitCancellationTest {

    private static final int RUNS = 1_000;
    private static final int CONNECTIONS = 4;
    private static final Duration LONG = Duration.ofMinutes(5);

    /** Every part takes a step this many times, if it is let. */
    private static final int STEPS = 12;

    private enum Blow {
        CALLER_GONE,
        CALLER_INTERRUPTED,
        NEEDED_PART_FAILS,
        OPTIONAL_PART_FAILS,
        NONE
    }

    private final Semaphore connections = new Semaphore(CONNECTIONS);
    private final AtomicInteger reserved = new AtomicInteger();
    private final AtomicInteger hooks = new AtomicInteger();
    private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();

    @Test
    void whatPartsTookIsGivenBackWhereverTheRequestIsGivenUp() throws Exception {
        var random = new SplittableRandom(20_261_121);
        var outcomes = new EnumMap<Blow, Map<Boolean, Integer>>(Blow.class);

        for (var run = 0; run < RUNS; run++) {
            var blow = Blow.values()[random.nextInt(Blow.values().length)];
            var request = new Request(blow, random.nextInt(3 * STEPS));

            var answered = request.serve();

            assertThat(connections.availablePermits()).as("run %d: %s", run, request).isEqualTo(CONNECTIONS);
            assertThat(reserved).as("run %d: %s", run, request).hasValue(0);
            assertThat(hooks).as("run %d: %s", run, request).hasValue(0);
            assertThat(threads).as("run %d: %s", run, request).noneMatch(Thread::isAlive);
            threads.clear();
            outcomes.computeIfAbsent(blow, _ -> new HashMap<>()).merge(answered, 1, Integer::sum);
        }

        assertThat(outcomes.get(Blow.NONE)).containsOnlyKeys(true);
        assertThat(outcomes.get(Blow.OPTIONAL_PART_FAILS)).containsOnlyKeys(true);
        assertThat(outcomes.get(Blow.NEEDED_PART_FAILS)).containsKey(false);
        assertThat(outcomes.get(Blow.CALLER_GONE)).containsKey(false);
        assertThat(outcomes.get(Blow.CALLER_INTERRUPTED)).containsKey(false);
    }

    /** One request of three parts, which is struck at the step of that number, whichever part takes it. */
    private final class Request {

        private final Blow blow;
        private final int at;
        private final AtomicInteger steps = new AtomicInteger();
        private final DeadlineScope scope = DeadlineScope.root("test", Deadline.after(LONG));
        private volatile Thread caller = Thread.currentThread();

        Request(Blow blow, int at) {
            this.blow = blow;
            this.at = at;
        }

        /** Whether it was answered. */
        boolean serve() throws InterruptedException {
            var answered = new AtomicInteger();
            caller = Thread.ofVirtual().unstarted(() -> {
                try {
                    scope.run(() -> Split.run(scope, Reserve.USUAL, split -> {
                        var rows = split.fork("database", LONG, part(true));
                        var hint = split.forkOr(0, "cache", LONG, part(false));
                        return split.call("payment", LONG, part(true)) + rows.await() + hint.await();
                    }));
                    answered.set(1);
                } catch (ScopeEndedException | Struck _) {
                    // as is to be expected
                }
            });
            caller.start();
            caller.join();
            return answered.get() == 1;
        }

        /** Takes a connection and reserves something, a few times over; gives both back, and whom it told. */
        private Callable<Integer> part(boolean needed) {
            return () -> {
                threads.add(Thread.currentThread());
                for (var i = 0; i < STEPS / 4; i++) {
                    connections.acquire();
                    try {
                        step(needed);
                        reserved.incrementAndGet();
                        try (var _ = DeadlineScope.current().orElseThrow().onEnd(_ -> {})) {
                            hooks.incrementAndGet();
                            step(needed);
                            Thread.yield();
                            step(needed);
                        } finally {
                            hooks.decrementAndGet();
                            reserved.decrementAndGet();
                        }
                    } finally {
                        connections.release();
                    }
                    step(needed);
                }
                return 1;
            };
        }

        private void step(boolean needed) {
            if (steps.getAndIncrement() < at) {
                return;
            }
            switch (blow) {
                case CALLER_GONE -> scope.cancel();
                case CALLER_INTERRUPTED -> caller.interrupt();
                case NEEDED_PART_FAILS -> strike(needed);
                case OPTIONAL_PART_FAILS -> strike(!needed);
                case NONE -> {}
            }
        }

        private void strike(boolean struck) {
            if (struck) {
                throw new Struck();
            }
        }

        @Override
        public String toString() {
            return blow + " at step " + at;
        }
    }

    private static final class Struck extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
