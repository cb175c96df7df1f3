package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Test;

/** Tries the interleavings of threads that enter and leave: what holds afterwards holds after each of them. */
class PermitAccountingTest {

    @Test
    void permitsNeitherLeakNorGoNegativeNorExceedTheLimit() {
        check(Permits.class);
    }

    @Test
    void oneTryHasOneVerdict() {
        check(Verdicts.class);
    }

    /** The control: what is looked for would be found. */
    @Test
    void aCounterThatIsNotAtomicIsFound() {
        assertThatThrownBy(() -> check(Careless.class)).isInstanceOf(LincheckAssertionError.class);
    }

    private static void check(Class<?> operations) {
        new ModelCheckingOptions()
                .iterations(6)
                .invocationsPerIteration(200)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(0)
                .minimizeFailedScenario(false)
                .loopBound(1000) // it takes the walk through all slots for a thread that waits
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses("io.meridian.breaker.Slice")
                        .allMethods()
                        .treatAsAtomic())
                .verifier(EpsilonVerifier.class)
                .check(operations);
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new AssertionError("does not hold");
        }
    }

    /** Entering and leaving in slots that are taken over by a later time, with room for two. */
    @Param(name = "start", gen = IntGen.class, conf = "0:2")
    public static class Permits {

        private static final int LIMIT = 2;

        private final InFlight inFlight = new InFlight();
        private final Queue<Long> held = new ConcurrentLinkedQueue<>();

        @Operation
        public boolean enter(@Param(name = "start") int start) {
            long now = start * InFlight.OLD_NANOS; // those of a stripe in the same slot
            int calls = inFlight.tryEnter(LIMIT, now, stripe(now));
            if (calls > LIMIT) {
                throw new AssertionError(calls + " in flight");
            }
            if (calls > 0) {
                held.add(now);
            }
            return calls > 0;
        }

        @Operation
        public boolean leave() {
            var start = held.poll();
            if (start != null) {
                inFlight.leave(start, stripe(start));
            }
            return start != null;
        }

        /** Two times share a stripe and with it a slot, the third has another. */
        private static int stripe(long now) {
            return (int) (now / InFlight.OLD_NANOS) & 1;
        }

        @Validate
        public void everyPlaceIsAccountedFor() {
            int places = held.size();
            require(inFlight.total() == places && inFlight.counted() == places);
            for (var start : held) {
                inFlight.leave(start, stripe(start));
            }
            require(inFlight.total() == 0 && inFlight.counted() == 0);
        }
    }

    /** Three probes that succeed and fail at the same time, two of which decide, in time that stands still, so that a second try cannot begin. */
    public static class Verdicts {

        private final AtomicLong time = new AtomicLong();
        private final AtomicInteger verdicts = new AtomicInteger();
        private final Queue<Long> held = new ConcurrentLinkedQueue<>();
        private final AdaptiveBreaker breaker = new AdaptiveBreaker(
                "stock",
                Tuning.USUAL.with(new Tuning.Recovery(1, 1, 3, 2, 2, Long.MAX_VALUE, 1, 1)),
                time::get,
                RandomGenerator.of("L64X128MixRandom"),
                BreakerListeners.NONE,
                new AdaptiveBreaker.Follower() {
                    @Override
                    public void moved(BreakerState from, BreakerState to, long waitNanos) {
                        if (from == BreakerState.HALF_OPEN) {
                            verdicts.incrementAndGet();
                        }
                    }
                });

        public Verdicts() {
            breaker.become(BreakerState.HALF_OPEN, "test");
            for (int i = 0; i < 3; i++) {
                held.add(breaker.enter(Breaker.NO_DEADLINE));
            }
        }

        @Operation
        public void succeed() {
            leave(Outcome.SUCCEEDED);
        }

        @Operation
        public void fail() {
            leave(Outcome.FAILED);
        }

        @Validate
        public void oneVerdictAtMost() {
            require(verdicts.get() <= 1);
            require(breaker.inFlight() == held.size());
            require(!held.isEmpty() || verdicts.get() == 1);
        }

        private void leave(Outcome outcome) {
            var permit = held.poll();
            if (permit != null) {
                breaker.leave(permit, outcome, Breaker.NO_DEADLINE);
            }
        }
    }

    /** Counts as nobody should. */
    public static class Careless {

        private final AtomicInteger entered = new AtomicInteger();
        private int counted;

        @Operation
        public int enter() {
            entered.incrementAndGet();
            return ++counted;
        }

        @Validate
        public void everyPlaceIsAccountedFor() {
            require(counted == entered.get());
        }
    }
}
