package io.meridian.breaker.reactor;

import static java.time.Duration.ofMillis;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.breaker.retry.AttemptEnd;
import io.meridian.breaker.retry.Backoff;
import io.meridian.breaker.retry.Latencies;
import io.meridian.breaker.retry.Retries;
import io.meridian.breaker.retry.Retries.Fate;
import io.meridian.breaker.retry.RetryBudget;
import io.meridian.breaker.retry.RetrySettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class ReactorRetriesTest {

    private static final IOException BROKEN = new IOException("broken");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final RetryBudget budget = new RetryBudget("inventory", 0.1, 0.05, 1, this::now);
    private final Retries retries =
            new Retries("inventory", RetrySettings.USUAL, budget, new Latencies(this::now), ThreadLocalRandom::current);
    private final ReactorRetries rim = new ReactorRetries(retries, this::now);
    private final Call call = new Call();
    private final AtomicReference<@Nullable String> answer = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();

    // Repeating

    @Test
    void answerIsPassedOnAndNothingRepeated() {
        ask();
        call.answers(1, "whole");

        assertThat(answer).hasValue("whole");
        later(60_000);
        assertThat(call.begun).containsExactly(1);
        assertThat(call.dropped).isEmpty();
    }

    @Test
    void brokenAttemptIsRepeatedOnceWithinTheBackoff() {
        ask();
        call.fails(1, BROKEN);
        assertThat(call.begun).containsExactly(1);

        later(25);
        assertThat(call.begun).containsExactly(1, 2);
        call.answers(2, "whole");

        assertThat(answer).hasValue("whole");
        assertThat(retries.count(Fate.RETRY_ANSWERED)).isEqualTo(1);
    }

    @Test
    void secondFaultIsTold() {
        var second = new IOException("broken again");
        ask();
        call.fails(1, BROKEN);
        later(25);
        call.fails(2, second);

        later(60_000);
        assertThat(call.begun).containsExactly(1, 2);
        assertThat(fault).hasValue(second);
        assertThat(retries.count(Fate.RETRY_FAILED)).isEqualTo(1);
    }

    @Test
    void faultThatMayNotBeFollowedIsToldAtOnce() {
        var expired = new IllegalStateException("expired");
        call.ends = AttemptEnd.EXPIRED;
        ask();
        call.fails(1, expired);

        assertThat(fault).hasValue(expired);
        later(60_000);
        assertThat(call.begun).containsExactly(1);
    }

    @Test
    void pushbackIsWaitedForAndItsAnswerDroppedBeforeTheSecondAttempt() {
        call.pushback = ofMillis(1_000);
        ask();
        call.answers(1, "busy");
        assertThat(call.dropped).containsExactly("busy");

        later(999);
        assertThat(call.begun).containsExactly(1);
        later(26);
        call.answers(2, "whole");

        assertThat(call.begun).containsExactly(1, 2);
        assertThat(answer).hasValue("whole");
        assertThat(call.dropped).containsExactly("busy");
    }

    @Test
    void pushbackThatIsNotWaitedForIsPassedOnWithItsAnswer() {
        call.pushback = ofMillis(5_000);
        ask();
        call.answers(1, "busy");

        assertThat(answer).hasValue("busy");
        assertThat(call.dropped).isEmpty();
    }

    @Test
    void nothingIsRepeatedForWhomNoTimeIsLeft() {
        ask();
        later(1_990);
        call.fails(1, BROKEN);

        assertThat(fault).hasValue(BROKEN);
        later(60_000);
        assertThat(call.begun).containsExactly(1);
        assertThat(retries.count(Fate.RETRY_WITHOUT_TIME)).isEqualTo(1);
    }

    @Test
    void callerWhoLeavesWhileWaitingIsNotAskedForAgain() {
        var asking = ask();
        call.fails(1, BROKEN);

        asking.dispose();
        later(60_000);

        assertThat(call.begun).containsExactly(1);
    }

    @Test
    void callerWhoLeavesCancelsTheSecondAttempt() {
        var asking = ask();
        call.fails(1, BROKEN);
        later(25);

        asking.dispose();

        assertThat(call.cancelled).containsExactly(2);
    }

    @Test
    void totalOutageIsAskedHardlyMoreThanThereAreCalls() {
        call.faultAtOnce = BROKEN;
        IntStream.range(0, 500).forEach(_ -> {
            ask();
            later(10);
        });
        later(1_000);

        assertThat(call.begun).hasSizeBetween(501, 500 + 7);
    }

    @Test
    void eachSubscriptionIsACallOfItsOwn() {
        var asking = rim.ask(call);
        asking.subscribe();
        asking.subscribe();

        assertThat(call.begun).containsExactly(1, 1);
    }

    // Hedging

    @Test
    void silentCallIsHedgedAndItsLoserCancelledBeforeTheAnswerIsPassedOn() {
        usually(100, 40);
        call.onAnswer = () -> assertThat(call.cancelled).containsExactly(1);
        ask();
        later(39);
        assertThat(call.begun).containsExactly(1);

        later(10);
        assertThat(call.begun).containsExactly(1, 2);
        call.answers(2, "sooner");

        assertThat(answer).hasValue("sooner");
        assertThat(call.cancelled).containsExactly(1);
        assertThat(retries.count(Fate.HEDGE_WON)).isEqualTo(1);
    }

    @Test
    void hedgeThatIsNotNeededAnyMoreIsCancelled() {
        usually(100, 40);
        ask();
        later(49);
        call.answers(1, "after all");

        assertThat(answer).hasValue("after all");
        assertThat(call.cancelled).containsExactly(2);
        assertThat(retries.count(Fate.HEDGE_LOST)).isEqualTo(1);
    }

    @Test
    void answerInGoodTimeLeavesNoHedgeBehind() {
        usually(100, 40);
        ask();
        call.answers(1, "whole");

        later(60_000);
        assertThat(call.begun).containsExactly(1);
        assertThat(budget.allowed()).isZero();
    }

    @Test
    void failureOfOneLeavesItToTheOther() {
        usually(100, 40);
        ask();
        later(49);
        call.fails(1, BROKEN);
        assertThat(fault).hasValue(null);
        call.answers(2, "whole");

        assertThat(answer).hasValue("whole");
        assertThat(call.begun).as("no third attempt").containsExactly(1, 2);
    }

    @Test
    void failureOfBothIsTold() {
        usually(100, 40);
        ask();
        later(49);
        call.fails(2, new IOException("the other"));
        call.fails(1, BROKEN);

        assertThat(fault).hasValue(BROKEN);
        later(60_000);
        assertThat(call.begun).containsExactly(1, 2);
        assertThat(retries.count(Fate.HEDGE_FAILED)).isEqualTo(1);
    }

    @Test
    void refusalThatCameBeforeTheAnswerOfTheOtherIsDropped() {
        usually(100, 40);
        call.pushback = ofMillis(1_000);
        ask();
        later(49);
        call.answers(2, "busy");
        assertThat(answer).hasValue(null);
        call.answers(1, "whole");

        assertThat(answer).hasValue("whole");
        assertThat(call.dropped).containsExactly("busy");
    }

    @Test
    void failureBeforeTheHedgeIsRepeatedAndNotHedged() {
        usually(100, 40);
        ask();
        call.fails(1, BROKEN);
        later(25);
        assertThat(call.begun).containsExactly(1, 2);

        later(1_000);
        call.answers(2, "whole");

        assertThat(call.begun).containsExactly(1, 2);
        assertThat(retries.count(Fate.RETRY_ANSWERED)).isEqualTo(1);
        assertThat(retries.count(Fate.HEDGE_WON)).isZero();
    }

    @Test
    void failureThatMayNotBeFollowedIsToldWithoutWaitingForTheHedge() {
        usually(100, 40);
        call.ends = AttemptEnd.FAULTY;
        ask();
        call.fails(1, BROKEN);

        assertThat(fault).hasValue(BROKEN);
        later(60_000);
        assertThat(call.begun).containsExactly(1);
    }

    @Test
    void nobodyIsHedgedWhoHasNobodyElseToAsk() {
        usually(100, 40);
        call.hedgeable = false;
        ask();
        later(1_000);

        assertThat(call.begun).containsExactly(1);
    }

    @Test
    void dependencyThatFillsUpMeanwhileIsNotHedged() {
        usually(100, 40);
        ask();
        call.canHedge = false;
        later(1_000);

        assertThat(call.begun).containsExactly(1);
        assertThat(budget.allowed()).isZero();
    }

    @Test
    void oneInTwentyIsHedgedAtMost() {
        usually(200, 40);
        IntStream.range(0, 100).forEach(_ -> ask());
        later(1_000);

        assertThat(call.begun).hasSize(110);
        assertThat(retries.count(Fate.HEDGE_WITHOUT_BUDGET)).isEqualTo(90);
    }

    @Test
    void callerWhoLeavesCancelsBoth() {
        usually(100, 40);
        var asking = ask();
        later(49);

        asking.dispose();

        assertThat(call.cancelled).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void ofTwoAnswersAtOnceOneIsPassedOnAndTheOtherDropped() throws Exception {
        var real = new ReactorRetries(
                new Retries(
                        "inventory",
                        new RetrySettings(2, Backoff.USUAL, Duration.ZERO, ofMillis(1)),
                        new RetryBudget("inventory", 1, 1, 0, System::nanoTime),
                        new Latencies(System::nanoTime),
                        ThreadLocalRandom::current),
                System::nanoTime);
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var round = 0; round < 300; round++) {
                var race = new Race();
                // earns the hedges
                for (var known = 0; known < 25; known++) {
                    race.known(real);
                }
                var passedOn = new CompletableFuture<String>();
                real.ask(race).subscribe(passedOn::complete, passedOn::completeExceptionally);
                race.both.asMono().block(ofMillis(30_000));
                var first = threads.submit(() -> race.first.tryEmitValue("1"));
                var second = threads.submit(() -> race.second.tryEmitValue("2"));
                first.get();
                second.get();

                assertThat(race.dropped).doesNotContain(passedOn.get(30, SECONDS)).hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    private Disposable ask() {
        return rim.ask(call).subscribe(
                it -> {
                    call.onAnswer.run();
                    answer.set(it);
                },
                fault::set);
    }

    private void usually(int times, long millis) {
        IntStream.range(0, times).forEach(_ -> retries.answered(ofMillis(millis).toNanos()));
    }

    private void later(long millis) {
        time.advanceTimeBy(ofMillis(millis));
    }

    private long now() {
        return time.now(NANOSECONDS);
    }

    /** A call whose attempts do what the test says. */
    private final class Call implements Asking<String> {

        final List<Integer> begun = new ArrayList<>();
        final List<Integer> cancelled = new ArrayList<>();
        final List<String> dropped = new ArrayList<>();
        private final List<Sinks.One<String>> attempts = new ArrayList<>();
        private final long deadline = now() + ofMillis(2_000).toNanos();
        AttemptEnd ends = AttemptEnd.BROKEN;
        boolean hedgeable = true;
        boolean canHedge = true;
        Runnable onAnswer = () -> {};
        @Nullable Duration pushback;
        @Nullable Throwable faultAtOnce;

        @Override
        public Mono<String> attempt(int number) {
            begun.add(number);
            if (faultAtOnce != null) {
                return Mono.error(faultAtOnce);
            }
            var sink = Sinks.<String>one();
            attempts.add(sink);
            return sink.asMono().doOnCancel(() -> cancelled.add(number));
        }

        void answers(int number, String answer) {
            attempts.get(number - 1).tryEmitValue(answer).orThrow();
        }

        void fails(int number, Throwable with) {
            attempts.get(number - 1).tryEmitError(with).orThrow();
        }

        @Override
        public AttemptEnd endOf(String answer) {
            return answer.equals("busy") ? AttemptEnd.PUSHED_BACK : AttemptEnd.ANSWERED;
        }

        @Override
        public AttemptEnd endOf(Throwable with) {
            return ends;
        }

        @Override
        public long pushbackNanos(String answer) {
            return pushback == null ? -1 : pushback.toNanos();
        }

        @Override
        public void drop(String answer) {
            dropped.add(answer);
        }

        @Override
        public long remainingNanos() {
            return faultAtOnce == null ? deadline - now() : ofMillis(2_000).toNanos();
        }

        @Override
        public boolean isHedgeable() {
            return hedgeable;
        }

        @Override
        public boolean canHedge() {
            return canHedge;
        }

        @Override
        public Scheduler scheduler() {
            return time;
        }
    }

    /** Two attempts, answered by two threads at once. */
    private static final class Race implements Asking<String> {

        final Sinks.One<String> first = Sinks.one();
        final Sinks.One<String> second = Sinks.one();
        final Sinks.Empty<Void> both = Sinks.empty();
        final List<String> dropped = new CopyOnWriteArrayList<>();
        private boolean known = true;

        void known(ReactorRetries real) {
            known = true;
            real.ask(this).block(ofMillis(30_000));
            known = false;
        }

        @Override
        public Mono<String> attempt(int number) {
            if (known) {
                return Mono.just("known");
            }
            if (number == 1) {
                return first.asMono();
            }
            both.tryEmitEmpty();
            return second.asMono();
        }

        @Override
        public AttemptEnd endOf(String answer) {
            return AttemptEnd.ANSWERED;
        }

        @Override
        public AttemptEnd endOf(Throwable fault) {
            return AttemptEnd.FAULTY;
        }

        @Override
        public void drop(String answer) {
            dropped.add(answer);
        }

        @Override
        public long remainingNanos() {
            return ofMillis(30_000).toNanos();
        }

        @Override
        public boolean isHedgeable() {
            return !known;
        }

        @Override
        public boolean canHedge() {
            return true;
        }

        @Override
        public Scheduler scheduler() {
            return Schedulers.parallel();
        }
    }
}
