package io.meridian.deadline;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.testkit.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SplitTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Reserve NOTHING = new Reserve(Duration.ZERO, Duration.ZERO, 0, 0);

    private final DeadlineScope scope = DeadlineScope.root("test", Deadline.after(LONG));
    private final CountDownLatch never = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();

    @Test
    void partsRunBesideOneAnother() {
        var first = new CountDownLatch(1);
        var second = new CountDownLatch(1);

        var sum = Split.run(scope, NOTHING, split -> {
            var one = split.fork("one", LONG, () -> {
                first.countDown();
                return await(second, 1);
            });
            var other = split.fork("other", LONG, () -> {
                second.countDown();
                return await(first, 2);
            });
            return one.await() + other.await();
        });

        assertThat(sum).isEqualTo(3);
    }

    @Test
    void forkedPartRunsInItsOwnScopeWithinTheRequests() {
        var seen = new AtomicReference<DeadlineScope>();
        var threadOfPart = new AtomicReference<Thread>();

        Split.run(scope, NOTHING, split -> split.fork("part", Duration.ofSeconds(30), () -> {
                    seen.set(DeadlineScope.current().orElseThrow());
                    threadOfPart.set(Thread.currentThread());
                    return true;
                })
                .await());

        assertThat(seen.get().name()).isEqualTo("test");
        assertThat(seen.get().isPartOf(scope)).isTrue();
        assertThat(scope.isPartOf(seen.get())).isFalse();
        assertThat(seen.get().deadline().budget()).isEqualTo(Duration.ofSeconds(30));
        assertThat(threadOfPart.get().isVirtual()).isTrue();
    }

    @Test
    void calledPartRunsOnTheCallersThreadWithinItsCap() {
        var seen = new AtomicReference<DeadlineScope>();

        var thread = Split.run(scope, NOTHING, split -> split.call("part", Duration.ofSeconds(30), () -> {
            seen.set(DeadlineScope.current().orElseThrow());
            return Thread.currentThread();
        }));

        assertThat(thread).isSameAs(Thread.currentThread());
        assertThat(seen.get().deadline().budget()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void capIsWhatRemainsLessTheReserveWhenThatIsSooner() {
        var time = new ManualTime();
        var request = DeadlineScope.root("test", Deadline.after(Duration.ofMillis(500), time.nanos()));
        var reserve = new Reserve(Duration.ofMillis(40), Duration.ofMillis(40), 0, 0);

        var budgets = Split.run(request, reserve, split -> {
            time.advance(Duration.ofMillis(260));
            var capped = split.call("capped", Duration.ofMillis(150), SplitTest::budget);
            var uncapped = split.call("uncapped", Duration.ofMillis(300), SplitTest::budget);
            return List.of(capped, uncapped);
        });

        assertThat(budgets).containsExactly(Duration.ofMillis(150), Duration.ofMillis(200));
    }

    @Test
    void latePartFallsBackAndLeavesTheOthersAlone() {
        var degraded = new CountDownLatch(1);

        var answer = Split.run(scope, NOTHING, split -> {
            var hint = split.forkOr("none", "hint", SHORT, () -> await(never, "found"));
            var needed = split.fork("needed", LONG, () -> await(degraded, "kept"));
            var fallback = hint.await();
            degraded.countDown();
            assertThat(hint.whyFallback()).get().isInstanceOf(ScopeEndedException.class);
            return needed.await() + " " + fallback;
        });

        assertThat(answer).isEqualTo("kept none");
    }

    @Test
    void lateCalledPartFallsBackToo() {
        var answer = Split.run(scope, NOTHING, split -> {
            var hint = split.callOr("none", "hint", SHORT, () -> await(never, "found"));
            return hint + " " + split.call("needed", LONG, () -> "kept");
        });

        assertThat(answer).isEqualTo("none kept");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void partThatIsLateAndHeedsNoInterruptFallsBackAtItsCapAllTheSame() {
        var released = new CountDownLatch(1);
        var returned = new AtomicBoolean();

        var answer = Split.run(scope, NOTHING, split -> {
            var deaf = split.forkOr("none", "deaf", SHORT, () -> {
                awaitWhoeverInterrupts(released);
                returned.set(true);
                return "too late";
            });
            var fallback = deaf.await();
            assertThat(returned).isFalse();
            released.countDown();
            return fallback;
        });

        assertThat(answer).isEqualTo("none");
        assertThat(returned).isTrue();
    }

    @Test
    void failingPartFallsBackAndTellsWhy() {
        var failure = new IOException("no cache");

        var answer = Split.run(scope, NOTHING, split -> {
            Split.Part<String> hint = split.forkOr("none", "hint", LONG, () -> {
                throw failure;
            });
            return hint.await() + " because of "
                    + hint.whyFallback().orElseThrow().getMessage();
        });

        assertThat(answer).isEqualTo("none because of no cache");
    }

    @Test
    void fallbackMayBeNothing() {
        var answer = Split.run(scope, NOTHING, split -> {
            var hint = split.<@Nullable String>forkOr(null, "hint", SHORT, () -> await(never, "found"));
            return Optional.ofNullable(hint.await());
        });

        assertThat(answer).isEmpty();
    }

    @Test
    void neededPartsFailureEndsTheRestAtOnceAndIsThrown() {
        var failure = new IllegalStateException("no database");
        var blocked = new CountDownLatch(2);
        var ended = new CountDownLatch(1);
        var interrupted = new ConcurrentLinkedQueue<String>();

        assertThatThrownBy(() -> Split.run(scope, NOTHING, split -> {
                    for (var name : List.of("first", "second")) {
                        split.forkOr(name, name, LONG, () -> {
                            var registration =
                                    DeadlineScope.current().orElseThrow().onEnd(_ -> ended.countDown());
                            try (registration) {
                                blocked.countDown();
                                return await(never, name);
                            } catch (InterruptedException e) {
                                interrupted.add(name);
                                throw e;
                            }
                        });
                    }
                    return split.fork("needed", LONG, () -> {
                                blocked.await();
                                throw failure;
                            })
                            .await();
                }))
                .isSameAs(failure);

        assertThat(interrupted).containsExactlyInAnyOrder("first", "second");
        assertThat(ended.getCount()).isZero();
        assertThat(scope.isOver()).isFalse();
    }

    @Test
    void failureReachesTheCallerWhateverItAwaits() {
        assertThatThrownBy(() -> Split.run(scope, NOTHING, split -> {
                    var waiting = split.forkOr("none", "waiting", LONG, () -> await(never, "found"));
                    split.fork("needed", LONG, () -> {
                        throw new IllegalStateException("no database");
                    });
                    return waiting.await();
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no database");
    }

    @Test
    void failureIsThrownEvenIfNobodyAwaitsThePart() {
        assertThatThrownBy(() -> Split.run(scope, NOTHING, split -> {
                    split.fork("needed", LONG, () -> {
                        throw new IllegalStateException("no database");
                    });
                    return "answer";
                }))
                .hasMessage("no database");
    }

    @Test
    void failureStopsAPartOnTheCallersThread() {
        var blocked = new CountDownLatch(1);

        assertThatThrownBy(() -> Split.run(scope, NOTHING, split -> {
                    split.fork("needed", LONG, () -> {
                        blocked.await();
                        throw new IllegalStateException("no database");
                    });
                    return split.callOr("none", "here", LONG, () -> {
                        blocked.countDown();
                        return await(never, "found");
                    });
                }))
                .hasMessage("no database");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void nothingIsBegunAfterAFailure() {
        var begun = new AtomicBoolean();

        assertThatThrownBy(() -> Split.run(scope, NOTHING, split -> {
                    try {
                        return split.call("needed", LONG, () -> {
                            throw new IllegalStateException("no database");
                        });
                    } catch (IllegalStateException _) {
                        return split.callOr("none", "next", LONG, () -> {
                            begun.set(true);
                            return "found";
                        });
                    }
                }))
                .hasMessage("no database");
        assertThat(begun).isFalse();
    }

    @Test
    void checkedExceptionIsTheCause() {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> Split.run(scope, NOTHING, split -> split.fork("needed", LONG, () -> {
                            throw new IOException("connection reset");
                        })
                        .await()))
                .withMessage("needed, which may take 300000 ms failed")
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void errorIsThrownWhateverThereIsToFallBackTo() {
        assertThatThrownBy(() -> Split.run(scope, NOTHING, split -> split.forkOr("none", "hint", LONG, () -> {
                            throw new StackOverflowError();
                        })
                        .await()))
                .isInstanceOf(StackOverflowError.class);
    }

    @Test
    void lateNeededPartEndsTheRest() {
        assertThatExceptionOfType(ScopeEndedException.class)
                .isThrownBy(() -> Split.run(scope, NOTHING, split -> {
                    split.forkOr("none", "waiting", LONG, () -> await(never, "found"));
                    return split.fork("needed", SHORT, () -> await(never, "found"))
                            .await();
                }))
                .withMessage("the deadline passed: needed, which may take 20 ms")
                .matches(it -> it.ending() == Ending.EXPIRED);
        assertThat(scope.isOver()).isFalse();
    }

    @Test
    void whatALatePartThrowsIsTheCauseOfItsEnd() {
        assertThatExceptionOfType(ScopeEndedException.class)
                .isThrownBy(() ->
                        Split.run(scope, NOTHING, split -> split.call("needed", SHORT, () -> await(never, "found"))))
                .matches(it -> it.ending() == Ending.EXPIRED)
                .withCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void lateAnswerOfANeededPartIsNoAnswer() {
        var time = new ManualTime();
        var request = DeadlineScope.root("test", Deadline.after(LONG, time.nanos()));

        assertThatExceptionOfType(ScopeEndedException.class)
                .isThrownBy(() -> Split.run(request, NOTHING, split -> split.call("needed", SHORT, () -> {
                    time.advance(SHORT);
                    return "found";
                })));
    }

    @Test
    void reserveIsLeftForTheReply() {
        var request = DeadlineScope.root("test", Deadline.after(Duration.ofSeconds(20)));
        var reserve = new Reserve(Duration.ofMillis(19_950), Duration.ofMillis(19_950), 0, 0);

        var answer = request.call(() -> Split.run(request, reserve, split -> {
            var hint = split.forkOr("none", "hint", LONG, () -> await(never, "found"));
            return hint.await() + ", with " + (request.isOver() ? "nothing" : "time") + " left";
        }));

        assertThat(answer).isEqualTo("none, with time left");
    }

    @Test
    void nothingIsBegunWhenOnlyTheReserveIsLeft() {
        var request = DeadlineScope.root("test", Deadline.after(Duration.ofSeconds(20)));
        var reserve = new Reserve(Duration.ofSeconds(20), Duration.ofSeconds(20), 0, 0);
        var begun = new AtomicBoolean();

        var answer = Split.run(request, reserve, split -> {
            var forked = split.forkOr("none", "forked", LONG, () -> begun.getAndSet(true) + "");
            var called = split.callOr("nothing", "called", LONG, () -> begun.getAndSet(true) + "");
            return forked.await() + called;
        });

        assertThat(answer).isEqualTo("nonenothing");
        assertThatThrownBy(() -> Split.run(
                        request, reserve, split -> split.fork("needed", LONG, () -> begun.getAndSet(true))
                                .await()))
                .isInstanceOf(ScopeEndedException.class);
        assertThat(begun).isFalse();
    }

    @Test
    void callerThatIsGoneEndsAllParts() throws Exception {
        var blocked = new CountDownLatch(2);
        var thrown = new CompletableFuture<Throwable>();
        var caller = Thread.startVirtualThread(() -> {
            try {
                scope.run(() -> Split.run(scope, NOTHING, split -> {
                    var hint = split.forkOr("none", "hint", LONG, () -> block(blocked));
                    split.fork("needed", LONG, () -> block(blocked));
                    return hint.await();
                }));
            } catch (Throwable e) {
                thrown.complete(e);
            }
        });
        blocked.await();

        scope.cancel();

        assertThat(thrown.get(30, SECONDS))
                .isInstanceOf(ScopeEndedException.class)
                .matches(it -> ((ScopeEndedException) it).ending() == Ending.CALLER_GONE);
        caller.join();
        assertThat(threads).noneMatch(Thread::isAlive).hasSize(2);
    }

    @Test
    void callerThatIsGoneEndsPartsWhichOnlyHaveFallbacks() {
        assertThatThrownBy(() -> Split.run(scope, NOTHING, split -> {
                    var hint = split.forkOr("none", "hint", LONG, () -> {
                        scope.cancel();
                        return await(never, "found");
                    });
                    return hint.await();
                }))
                .isInstanceOf(ScopeEndedException.class)
                .matches(it -> ((ScopeEndedException) it).ending() == Ending.CALLER_GONE);
    }

    @Test
    void interruptedCallerEndsAllPartsAndStaysInterrupted() throws Exception {
        var blocked = new CountDownLatch(1);
        var thrown = new CompletableFuture<Throwable>();
        var flag = new CompletableFuture<Boolean>();
        var caller = Thread.startVirtualThread(() -> {
            try {
                Split.run(scope, NOTHING, split -> split.forkOr("none", "hint", LONG, () -> block(blocked))
                        .await());
            } catch (Throwable e) {
                flag.complete(Thread.currentThread().isInterrupted());
                thrown.complete(e);
            }
        });
        blocked.await();

        caller.interrupt();

        assertThat(thrown.get(30, SECONDS)).isInstanceOf(ScopeEndedException.class);
        assertThat(flag.get(30, SECONDS)).isTrue();
        assertThat(threads).noneMatch(Thread::isAlive).hasSize(1);
        assertThat(scope.isOver()).isFalse();
    }

    @Test
    void interruptInACalledPartIsTheCallersToo() throws Exception {
        var blocked = new CountDownLatch(1);
        var thrown = new CompletableFuture<Throwable>();
        var caller = Thread.startVirtualThread(() -> {
            try {
                Split.run(scope, NOTHING, split -> split.callOr("none", "here", LONG, () -> block(blocked)));
            } catch (Throwable e) {
                thrown.complete(e);
            }
        });
        blocked.await();

        caller.interrupt();

        assertThat(thrown.get(30, SECONDS))
                .isInstanceOf(ScopeEndedException.class)
                .matches(it -> ((ScopeEndedException) it).ending() == Ending.CALLER_GONE);
    }

    @Test
    void noPartOutlivesTheBlockThatItsOwnerLeavesWithAnException() {
        var blocked = new CountDownLatch(1);

        assertThatThrownBy(() -> Split.run(scope, NOTHING, split -> {
                    split.fork("needed", LONG, () -> block(blocked));
                    blocked.await();
                    throw new IOException("changed its mind");
                }))
                .isInstanceOf(IOException.class);

        assertThat(threads).noneMatch(Thread::isAlive).hasSize(1);
    }

    @Test
    void partThatNobodyAwaitsIsDoneWhenTheBlockIsLeft() {
        var done = new AtomicBoolean();

        Split.run(scope, NOTHING, split -> split.fork("needed", LONG, () -> done.getAndSet(true)));

        assertThat(done).isTrue();
    }

    @Test
    void splitServesOnlyTheThreadAndTheBlockThatItIsFor() {
        assertThatThrownBy(() -> Split.run(
                        scope, NOTHING, split -> split.fork("outer", LONG, () -> split.fork("inner", LONG, () -> true))
                                .await()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("part inner was begun outside the block, or on another thread");
        var kept = Split.run(scope, NOTHING, split -> split);
        assertThatThrownBy(() -> kept.fork("late", LONG, () -> true)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void partMaySplitItsOwnTimeAgain() {
        var budget = Split.run(scope, NOTHING, split -> split.fork("outer", Duration.ofSeconds(30), () -> {
                    var part = DeadlineScope.current().orElseThrow();
                    return Split.run(part, NOTHING, again -> again.fork("inner", LONG, SplitTest::budget)
                            .await());
                })
                .await());

        assertThat(budget).isLessThanOrEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void threadsOfTheCallersCarryWhatBelongsToIt() {
        var context = new ThreadLocal<String>();
        context.set("trace-1");

        var seen = Split.run(
                scope,
                NOTHING,
                work -> {
                    var carried = context.get();
                    return Thread.ofVirtual().unstarted(() -> {
                        context.set(carried);
                        work.run();
                    });
                },
                split -> split.fork("part", LONG, context::get).await());

        assertThat(seen).isEqualTo("trace-1");
    }

    private static Duration budget() {
        return DeadlineScope.current().orElseThrow().deadline().budget();
    }

    private String block(CountDownLatch blocked) throws InterruptedException {
        threads.add(Thread.currentThread());
        blocked.countDown();
        return await(never, "found");
    }

    private static <T> T await(CountDownLatch latch, T value) throws InterruptedException {
        latch.await();
        return value;
    }

    private static void awaitWhoeverInterrupts(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException _) {
                // waits on
            }
        }
    }
}
