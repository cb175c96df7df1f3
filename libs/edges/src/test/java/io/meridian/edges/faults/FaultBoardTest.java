package io.meridian.edges.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FaultBoardTest {

    private static final String TARGET = "payment.authorise";

    private final ManualTimer timer = new ManualTimer();
    private final FaultBoard board = new FaultBoard(timer.time().nanos(), timer, new SplittableRandom(1));
    private final List<String> told = new ArrayList<>();

    @Test
    void callOfATargetWithNothingWrongGoesOn() throws InterruptedException {
        assertThat(board.isQuiet()).isTrue();
        assertThat(board.cross(TARGET).isFree()).isTrue();

        board.set(latency(800));

        assertThat(board.isQuiet()).isFalse();
        assertThat(board.cross("payment.void").isFree()).isTrue();
        board.cross("payment.void").await();
    }

    @Test
    void latencyHoldsACallUpForThatLong() {
        board.set(latency(800));
        cross("a");

        timer.pass(Duration.ofMillis(799));
        assertThat(told).isEmpty();

        timer.pass(Duration.ofMillis(1));
        assertThat(told).containsExactly("a");
    }

    @Test
    void callFailsAfterItsLatencyWithWhatWasAskedFor() {
        board.set(new Fault(TARGET, 100, 0, 0, 1, Problem.INTERNAL, false, 30));
        cross("a");
        assertThat(told).isEmpty();

        timer.pass(Duration.ofMillis(100));

        assertThat(told).containsExactly("a: INTERNAL");
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> {
            board.set(new Fault(TARGET, 0, 0, 0, 1, Problem.DEPENDENCY_UNAVAILABLE, false, 30));
            board.cross(TARGET).await();
        });
    }

    @Test
    void shareOfTheCallsFails() {
        board.set(new Fault(TARGET, 0, 0, 0, 0.3, Problem.DEPENDENCY_UNAVAILABLE, false, 30));

        for (var i = 0; i < 10_000; i++) {
            cross("a").close();
        }

        var state = board.state().getFirst();
        assertThat(state.struck()).isEqualTo(10_000);
        assertThat(state.failed()).isBetween(2_800L, 3_200L);
        assertThat(told.stream().filter(it -> it.equals("a: DEPENDENCY_UNAVAILABLE"))).hasSize((int) state.failed());
    }

    @Test
    void faultEndsByItselfAndWhoeverHangsGoesOn() {
        board.set(hang(30));
        cross("a");
        timer.pass(Duration.ofMillis(29_999));
        assertThat(told).isEmpty();
        assertThat(board.state().getFirst().remaining()).isEqualTo(Duration.ofMillis(1));

        timer.pass(Duration.ofMillis(1));

        assertThat(told).containsExactly("a");
        assertThat(board.isQuiet()).isTrue();
        assertThat(board.state()).isEmpty();
        assertThat(board.cross(TARGET).isFree()).isTrue();
    }

    @Test
    void faultIsOverAtItsEndThoughTheTimerIsLate() {
        board.set(hang(30));

        timer.time().advance(Duration.ofSeconds(30));

        assertThat(board.cross(TARGET).isFree()).isTrue();
        assertThat(board.state()).isEmpty();
    }

    @Test
    void callsQueueForWorkersFirstComeFirstServed() {
        board.set(new Fault(TARGET, 100, 0, 2, 0, Problem.DEPENDENCY_UNAVAILABLE, false, 30));
        var calls = new ArrayList<Crossing>();
        for (var name : List.of("a", "b", "c", "d")) {
            calls.add(cross(name));
        }
        assertThat(board.state().getFirst()).extracting(FaultBoard.State::inside, FaultBoard.State::waiting).containsExactly(2, 2);

        timer.pass(Duration.ofMillis(100));
        assertThat(told).containsExactly("a", "b");
        timer.pass(Duration.ofSeconds(1));
        assertThat(told).as("a worker is occupied until its call has ended").containsExactly("a", "b");

        calls.get(1).close();
        timer.pass(Duration.ofMillis(99));
        assertThat(told).containsExactly("a", "b");
        timer.pass(Duration.ofMillis(1));
        assertThat(told).containsExactly("a", "b", "c");

        calls.forEach(Crossing::close);
        calls.forEach(Crossing::close);
        assertThat(board.state().getFirst()).extracting(FaultBoard.State::inside, FaultBoard.State::waiting).containsExactly(0, 0);
    }

    @Test
    void whoeverLeavesTheQueueIsNotServed() {
        board.set(new Fault(TARGET, 100, 0, 1, 0, Problem.DEPENDENCY_UNAVAILABLE, false, 30));
        var first = cross("a");
        cross("b").close();
        cross("c");

        timer.pass(Duration.ofMillis(50));
        first.close();
        timer.pass(Duration.ofMillis(100));

        assertThat(told).containsExactly("c");
        assertThat(timer.pending()).as("only the end of the fault").isEqualTo(1);
    }

    @Test
    void queueHasABound() {
        board.set(new Fault(TARGET, 0, 0, 1, 0, Problem.DEPENDENCY_UNAVAILABLE, false, 30));
        for (var i = 0; i <= Trap.MOST_WAITING; i++) {
            cross("a");
        }
        assertThat(told).containsExactly("a");

        cross("b");

        assertThat(told).containsExactly("a", "b: OVERLOADED");
        assertThat(board.state().getFirst().waiting()).isEqualTo(Trap.MOST_WAITING);
    }

    @Test
    void replacedFaultKeepsTheQueueAndHasItsOwnEnd() {
        board.set(new Fault(TARGET, 100, 0, 1, 0, Problem.DEPENDENCY_UNAVAILABLE, false, 10));
        cross("a");
        cross("b");
        timer.pass(Duration.ofSeconds(5));

        board.set(new Fault(TARGET, 200, 0, 2, 0, Problem.DEPENDENCY_UNAVAILABLE, false, 10));

        timer.pass(Duration.ofMillis(199));
        assertThat(told).containsExactly("a");
        timer.pass(Duration.ofMillis(1));
        assertThat(told).containsExactly("a", "b");
        timer.pass(Duration.ofMillis(9_799));
        assertThat(board.isQuiet()).as("the end of the first is not that of the second").isFalse();
        timer.pass(Duration.ofMillis(1));
        assertThat(board.isQuiet()).isTrue();
    }

    @Test
    void whoeverHangsGoesOnWhenTheFaultIsReplacedByOneThatDoesNot() {
        board.set(hang(30));
        cross("a");

        board.set(hang(30));
        assertThat(told).isEmpty();
        board.set(latency(100));

        assertThat(told).containsExactly("a");
    }

    @Test
    void faultOfAServiceStrikesAllItsCallsThatHaveNoneOfTheirOwn() {
        board.set(new Fault("payment.*", 0, 0, 0, 1, Problem.DEPENDENCY_UNAVAILABLE, false, 30));
        board.set(new Fault(TARGET, 0, 0, 0, 1, Problem.INTERNAL, false, 30));

        cross("a", TARGET);
        cross("b", "payment.void");

        assertThat(told).containsExactly("a: INTERNAL", "b: DEPENDENCY_UNAVAILABLE");
        assertThat(board.cross("inventory.hold").isFree()).isTrue();
    }

    @Test
    void endedFaultStrikesNobody() {
        board.set(hang(30));
        board.set(new Fault("inventory.hold", 0, 0, 0, 1, Problem.INTERNAL, false, 30));
        cross("a");

        board.clear(TARGET);
        board.clear(TARGET);
        assertThat(told).containsExactly("a");
        assertThat(board.state()).extracting(it -> it.fault().target()).containsExactly("inventory.hold");

        board.clear();
        assertThat(board.isQuiet()).isTrue();
    }

    @Test
    void applicationThatStopsLetsEverybodyGoAndTakesNoMore() {
        board.set(hang(30));
        cross("a");

        board.close();

        assertThat(told).containsExactly("a");
        assertThatIllegalStateException().isThrownBy(() -> board.set(hang(30)));
        assertThat(board.isQuiet()).isTrue();
    }

    @Test
    void spreadIsLogNormalWithTheLatencyAsItsMean() {
        board.set(new Fault(TARGET, 25, 0.5, 0, 0, Problem.DEPENDENCY_UNAVAILABLE, false, 600));
        var calls = 20_000;
        var waited = new ArrayList<Duration>();
        var began = timer.time().now();
        for (var i = 0; i < calls; i++) {
            board.cross(TARGET).passed().thenRun(() -> waited.add(Duration.between(began, timer.time().now())));
        }

        timer.pass(Duration.ofSeconds(5));

        assertThat(waited).hasSize(calls);
        var millis = waited.stream().mapToDouble(it -> it.toNanos() / 1e6).sorted().toArray();
        var mean = Arrays.stream(millis).average().orElseThrow();
        assertThat(mean).isCloseTo(25, within(0.5));
        assertThat(millis[calls / 2]).as("exp(-s²/2) of the mean").isCloseTo(25 * Math.exp(-0.125), within(0.5));
        assertThat(millis[(int) (calls * 0.8413)]).as("one sigma up").isCloseTo(25 * Math.exp(0.5 - 0.125), within(1.0));
    }

    @Test
    void waitEndsWithAnInterruptOrWhenItIsGivenUp() throws Exception {
        board.set(hang(30));
        var ends = new CompletableFuture<String>();
        var crossing = board.cross(TARGET);
        var thread = Thread.ofVirtual().start(() -> {
            try (crossing) {
                crossing.await();
                ends.complete("went on");
            } catch (InterruptedException _) {
                ends.complete("interrupted");
            }
        });
        thread.interrupt();
        assertThat(ends.get(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
        thread.join(Duration.ofSeconds(30));
        assertThat(board.state().getFirst().inside()).isZero();

        var another = board.cross(TARGET);
        another.giveUp();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(another::await);
    }

    private Crossing cross(String name) {
        return cross(name, TARGET);
    }

    private Crossing cross(String name, String target) {
        var crossing = board.cross(target);
        crossing.passed().whenComplete((_, failure) -> told.add(name + reason(failure)));
        return crossing;
    }

    private static String reason(@Nullable Throwable failure) {
        if (failure == null) {
            return "";
        }
        return failure instanceof ProblemException refusal ? ": " + refusal.problem() : reason(failure.getCause());
    }

    private static Fault latency(int millis) {
        return new Fault(TARGET, millis, 0, 0, 0, Problem.DEPENDENCY_UNAVAILABLE, false, 30);
    }

    private static Fault hang(int seconds) {
        return new Fault(TARGET, 0, 0, 0, 0, Problem.DEPENDENCY_UNAVAILABLE, true, seconds);
    }
}
