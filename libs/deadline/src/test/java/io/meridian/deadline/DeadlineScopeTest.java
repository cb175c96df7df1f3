package io.meridian.deadline;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A scope that is cancelled on its own thread ends at a known place; only what the clock must do by itself waits for it. */
class DeadlineScopeTest {

    private static final Duration SOON = Duration.ofMillis(30);
    private static final Duration LATE = Duration.ofMinutes(10);

    private final DeadlineScope scope = DeadlineScope.root("test", Deadline.after(LATE));

    @AfterEach
    void leavesTheThreadAsItWas() {
        assertThat(Thread.interrupted()).isFalse();
        assertThat(DeadlineScope.current()).isEmpty();
    }

    @Test
    void thereIsNoneOutside() {
        assertThat(DeadlineScope.current()).isEmpty();
        assertThat(DeadlineScope.currentOrNull()).isNull();
    }

    @Test
    void isCurrentWhileItsWorkRuns() {
        var result = scope.call(() -> {
            assertThat(DeadlineScope.currentOrNull()).isSameAs(scope);
            assertThat(DeadlineScope.current()).containsSame(scope);
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(DeadlineScope.current()).isEmpty();
    }

    @Test
    void endsWithWorkThatThrows() {
        assertThatThrownBy(() -> scope.call(() -> {
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");

        assertThat(DeadlineScope.current()).isEmpty();
        scope.cancel();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void endsWithWorkThatIsCancelled() {
        scope.run(scope::cancel);

        assertThat(DeadlineScope.current()).isEmpty();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void innerScopeGivesWayToTheOuterAgain() {
        var inner = scope.within(Duration.ofMinutes(1));

        scope.run(() -> {
            inner.run(() -> assertThat(DeadlineScope.currentOrNull()).isSameAs(inner));
            assertThat(DeadlineScope.currentOrNull()).isSameAs(scope);
        });
    }

    @Test
    void blockedThreadIsInterruptedWhenTheDeadlinePasses() {
        var expiring = DeadlineScope.root("test", Deadline.after(SOON));

        assertThatThrownBy(() -> expiring.call(DeadlineScopeTest::block)).isInstanceOf(InterruptedException.class);

        assertThat(expiring.ending()).contains(Ending.EXPIRED);
    }

    @Test
    void blockedThreadIsInterruptedWhenTheCallerGoes() throws Exception {
        var working = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = threads.submit(() -> scope.call(() -> {
                working.countDown();
                return block();
            }));
            assertThat(working.await(30, SECONDS)).isTrue();

            scope.cancel();

            assertThatThrownBy(() -> work.get(30, SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        }
        assertThat(scope.ending()).contains(Ending.CALLER_GONE);
    }

    @Test
    void workThatBeginsAfterTheEndIsInterruptedAtOnce() {
        scope.cancel();

        assertThatThrownBy(() -> scope.call(DeadlineScopeTest::block)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void deadlineThatPassesAfterTheWorkInterruptsNobody() throws Exception {
        var passed = new CountDownLatch(1);
        var expiring = DeadlineScope.root("test", Deadline.after(SOON));
        try (var _ = expiring.onEnd(_ -> passed.countDown())) {
            expiring.run(() -> {});

            assertThat(passed.await(30, SECONDS)).isTrue();
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void interruptThatNobodyTookIsTakenBack() {
        scope.run(() -> {
            scope.cancel();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void interruptOfAStrangerIsLeftAlone() {
        scope.run(() -> Thread.currentThread().interrupt());

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void threadThatIsNotBlockedFindsOut() {
        scope.check("the first step");

        scope.cancel();

        assertThatThrownBy(() -> scope.check("the second step"))
                .isInstanceOfSatisfying(ScopeEndedException.class, it -> assertThat(it.ending())
                        .isEqualTo(Ending.CALLER_GONE))
                .hasMessage("the caller is gone: the second step");
    }

    @Test
    void deadlineOfAManualClockPassesWithIt() {
        var time = new ManualTime();
        var manual = DeadlineScope.root("test", Deadline.after(Duration.ofSeconds(1), time.nanos()));
        manual.check("the first step");
        assertThat(manual.ending()).isEmpty();

        time.advance(Duration.ofSeconds(1));

        assertThat(manual.isOver()).isTrue();
        assertThat(manual.ending()).contains(Ending.EXPIRED);
        assertThatThrownBy(() -> manual.check("the second step"))
                .isInstanceOf(ScopeEndedException.class)
                .hasMessage("the deadline passed: the second step");
    }

    @Test
    void stageEndsWhileTheRequestGoesOn() throws Exception {
        var result = scope.call(() -> {
            var stage = scope.within(SOON);
            assertThatThrownBy(() -> stage.call(DeadlineScopeTest::block)).isInstanceOf(InterruptedException.class);
            assertThat(stage.ending()).contains(Ending.EXPIRED);

            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(scope.isOver()).isFalse();
            var passed = new CountDownLatch(1);
            try (var _ = scope.within(SOON).onEnd(_ -> passed.countDown())) {
                return passed.await(30, SECONDS);
            }
        });

        assertThat(result).isTrue();
    }

    @Test
    void stageIsNeverLongerThanTheRequest() {
        var stage = scope.within(Duration.ofDays(1));

        assertThat(stage.deadline().remainingNanos()).isLessThanOrEqualTo(LATE.toNanos());
        assertThat(stage.within(Deadline.after(Duration.ofDays(2))).deadline()).isSameAs(stage.deadline());
        assertThat(stage.name()).isEqualTo("test");
    }

    @Test
    void cancellingAStageCancelsTheRequestAndAllItsStages() {
        var stage = scope.within(Duration.ofMinutes(1));
        var other = scope.within(Deadline.after(Duration.ofMinutes(1)));

        stage.cancel();

        assertThat(scope.ending()).contains(Ending.CALLER_GONE);
        assertThat(other.ending()).contains(Ending.CALLER_GONE);
    }

    @Test
    void requestHearsOfAnEndThatItsStageTook() {
        scope.run(() -> {
            scope.within(Duration.ofMinutes(1)).run(() -> {
                scope.cancel();
                assertThat(Thread.interrupted()).isTrue();
            });

            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
    }

    @Test
    void requestHearsOfAnEndThatCameJustBeforeItsStage() {
        scope.run(() -> {
            scope.cancel();
            scope.within(Duration.ofMinutes(1)).run(() -> assertThat(Thread.interrupted()).isTrue());

            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
    }

    @Test
    void shieldedWorkIsNotInterruptedAndWhatFollowsIs() {
        scope.run(() -> {
            var result = DeadlineScope.shielded(() -> {
                scope.cancel();
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                return "whole";
            });

            assertThat(result).isEqualTo("whole");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
    }

    @Test
    void shieldedWorkThatThrowsLetsTheInterruptThroughToo() {
        scope.run(() -> {
            assertThatThrownBy(() -> DeadlineScope.shielded(() -> {
                        scope.cancel();
                        throw new IllegalStateException("on purpose");
                    }))
                    .hasMessage("on purpose");

            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
    }

    @Test
    void stageInsideAShieldIsShieldedToo() {
        scope.run(() -> {
            DeadlineScope.shielded(() -> {
                scope.within(Duration.ofMinutes(1)).run(() -> {
                    scope.cancel();
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                });
                return true;
            });

            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
    }

    @Test
    void shieldOutsideAnyScopeJustWorks() {
        assertThat(DeadlineScope.<String, RuntimeException>shielded(() -> "whole")).isEqualTo("whole");
    }

    @Test
    void detachedWorkOutlivesTheCaller() {
        scope.run(() -> {
            var result = DeadlineScope.detached("give back", LATE, () -> {
                scope.cancel();

                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                var own = DeadlineScope.current().orElseThrow();
                assertThat(own.isOver()).isFalse();
                assertThat(own.name()).isEqualTo("give back");
                return "given back";
            });

            assertThat(result).isEqualTo("given back");
            assertThat(Thread.currentThread().isInterrupted()).describedAs("made up for").isTrue();
            assertThat(DeadlineScope.currentOrNull()).isSameAs(scope);
        });
    }

    @Test
    void detachedWorkBeginsAfterTheCallersEndToo() {
        scope.run(() -> {
            scope.cancel();
            DeadlineScope.detached("give back", LATE, () -> {
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                return true;
            });

            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
    }

    @Test
    void detachedWorkHasADeadlineOfItsOwn() {
        scope.run(() -> {
            assertThatThrownBy(() -> DeadlineScope.detached("give back", SOON, DeadlineScopeTest::block))
                    .isInstanceOf(InterruptedException.class);

            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(scope.isOver()).isFalse();
        });
    }

    @Test
    void detachedWorkCancelsNobodyElse() {
        scope.run(() -> DeadlineScope.detached("give back", LATE, () -> {
            DeadlineScope.current().orElseThrow().cancel();
            return Thread.interrupted();
        }));

        assertThat(scope.isOver()).isFalse();
    }

    @Test
    void detachedWorkOutsideAnyScopeHasOneOfItsOwn() {
        var name = DeadlineScope.<String, RuntimeException>detached(
                "sweep", LATE, () -> DeadlineScope.current().orElseThrow().name());

        assertThat(name).isEqualTo("sweep");
    }

    @Test
    void carriedTaskWorksForTheScopeOfWhoeverGaveIt() throws Exception {
        try (var thread = Executors.newSingleThreadExecutor()) {
            var seen = scope.call(() -> {
                Callable<String> task = () -> DeadlineScope.current().orElseThrow().name();
                return thread.submit(DeadlineScope.carrying(task)).get(30, SECONDS);
            });
            assertThat(seen).isEqualTo("test");

            var without = thread.submit(DeadlineScope::current).get(30, SECONDS);
            assertThat(without).describedAs("the next task of that thread").isEmpty();
        }
    }

    @Test
    void carriedRunnableIsInterruptedWithItsScopeAndLeavesItsThreadClean() throws Exception {
        var working = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        try (var thread = Executors.newSingleThreadExecutor()) {
            scope.run(() -> thread.execute(DeadlineScope.carrying(() -> {
                working.countDown();
                try {
                    block();
                } catch (InterruptedException _) {
                    interrupted.countDown();
                }
            })));
            assertThat(working.await(30, SECONDS)).isTrue();

            scope.cancel();

            assertThat(interrupted.await(30, SECONDS)).isTrue();
            assertThat(thread.submit(Thread::interrupted).get(30, SECONDS)).isFalse();
        }
    }

    @Test
    void thereIsNothingToCarryOutsideAnyScope() {
        Runnable runnable = () -> {};
        Callable<String> callable = () -> "";

        assertThat(DeadlineScope.carrying(runnable)).isSameAs(runnable);
        assertThat(DeadlineScope.carrying(callable)).isSameAs(callable);
    }

    @Test
    void carriedTaskThatRunsOnTheGiversOwnThreadChangesNothingForIt() {
        scope.run(() -> {
            Runnable task = () -> assertThat(DeadlineScope.currentOrNull()).isSameAs(scope);
            DeadlineScope.carrying(task).run();

            assertThat(DeadlineScope.currentOrNull()).isSameAs(scope);
        });
    }

    @Test
    void everyHookIsToldOnce() {
        var told = new ArrayList<String>();
        scope.onEnd(ending -> told.add("first " + ending));
        scope.within(Duration.ofMinutes(1)).onEnd(ending -> told.add("second " + ending));

        scope.cancel();
        scope.cancel();

        assertThat(told).containsExactlyInAnyOrder("first CALLER_GONE", "second CALLER_GONE");
    }

    @Test
    void hookOfAnEndedScopeIsToldAtOnce() {
        var told = new ArrayList<Ending>();
        var time = new ManualTime();
        var passed = DeadlineScope.root("test", Deadline.after(Duration.ZERO, time.nanos()));
        scope.cancel();

        scope.onEnd(told::add);
        passed.onEnd(told::add);

        assertThat(told).containsExactly(Ending.CALLER_GONE, Ending.EXPIRED);
    }

    @Test
    void closedHookIsNotTold() {
        var told = new ArrayList<String>();
        scope.onEnd(_ -> told.add("before"));
        var closed = scope.onEnd(_ -> told.add("closed"));
        scope.onEnd(_ -> told.add("after"));

        closed.close();
        closed.close();
        scope.cancel();
        closed.close();

        assertThat(told).containsExactlyInAnyOrder("before", "after");
    }

    @Test
    void hookMayCloseAnotherOneWhileAllAreTold() {
        var told = new ArrayList<String>();
        var first = scope.onEnd(_ -> told.add("first"));
        scope.onEnd(_ -> first.close());

        scope.cancel();

        assertThat(told).isEmpty();
    }

    @Test
    void hookMayAddAnotherOneWhileAllAreTold() {
        var told = new ArrayList<String>();
        scope.onEnd(_ -> scope.onEnd(ending -> told.add("late " + ending)));

        scope.cancel();

        assertThat(told).containsExactly("late CALLER_GONE");
    }

    @Test
    void hookThatThrowsCostsNeitherTheOthersNorTheCanceller() {
        var told = new ArrayList<String>();
        var faults = new ArrayList<String>();
        scope.onEnd(_ -> told.add("first"));
        scope.onEnd(_ -> {
            throw new IllegalStateException("on purpose");
        });
        scope.onEnd(_ -> told.add("last"));
        var thread = Thread.currentThread();
        var before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((_, e) -> faults.add(e.getMessage()));

        try {
            scope.cancel();
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }

        assertThat(told).containsExactlyInAnyOrder("first", "last");
        assertThat(faults).containsExactly("on purpose");
    }

    private static boolean block() throws InterruptedException {
        return new CountDownLatch(1).await(60, SECONDS);
    }
}
