package io.meridian.deadline.reactor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import io.meridian.testkit.ManualTime;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

@Isolated("hears every error that anybody drops")
class ReactorDeadlineTest {

    private static final java.time.Duration PATIENCE = ofSeconds(60);
    private static final Executor HERE = Runnable::run;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final DeadlineListener listener = new DeadlineListener() {
        @Override
        public void stopped(Stage stage, Ending ending) {
            heard.add("stopped " + stage + " " + ending);
        }

        @Override
        public void missing(Stage stage) {
            heard.add("missing " + stage);
        }
    };
    private final MissingDeadline missing = new MissingDeadline(MissingDeadline.Policy.COUNT, listener);
    private final ReactorDeadline deadline = new ReactorDeadline(listener, missing);
    private final DeadlineScope scope = DeadlineScope.root("test", Deadline.after(ofSeconds(300)));

    @Test
    void answerBeforeTheEndPassesAndNothingIsHeard() {
        StepVerifier.create(deadline.bounded(Stage.CALL, "asking", Mono.just("a")).contextWrite(ReactorScope.of(scope)))
                .expectNext("a")
                .expectComplete()
                .verify(PATIENCE);
        StepVerifier.create(deadline.bounded(Stage.CALL, "asking", Flux.just("a", "b")).contextWrite(ReactorScope.of(scope)))
                .expectNext("a", "b")
                .expectComplete()
                .verify(PATIENCE);

        scope.cancel();

        assertThat(heard).isEmpty();
    }

    @Test
    void deadlineEndsAMonoAndCancelsItsSource() {
        var source = TestPublisher.<String>create();
        var brief = DeadlineScope.root("test", Deadline.after(ofMillis(50)));

        StepVerifier.create(deadline.bounded(Stage.CALL, "asking", source.mono()).contextWrite(ReactorScope.of(brief)))
                .expectErrorSatisfies(thrown -> assertThat(thrown)
                        .isInstanceOfSatisfying(
                                ScopeEndedException.class,
                                ended -> assertThat(ended.ending()).isEqualTo(Ending.EXPIRED))
                        .hasMessageContaining("asking"))
                .verify(PATIENCE);

        source.assertWasSubscribed();
        source.assertCancelled();
        assertThat(heard).containsExactly("stopped CALL EXPIRED");
    }

    @Test
    void deadlineEndsAFluxInItsMiddle() {
        var source = TestPublisher.<String>create();
        var brief = DeadlineScope.root("test", Deadline.after(ofMillis(200)));

        StepVerifier.create(deadline.bounded(Stage.ANSWER, "writing", source.flux()).contextWrite(ReactorScope.of(brief)))
                .then(() -> source.next("first"))
                .expectNext("first")
                .expectError(ScopeEndedException.class)
                .verify(PATIENCE);

        source.assertCancelled();
    }

    @Test
    void callerWhoLeavesEndsItToo() {
        var source = TestPublisher.<String>create();

        StepVerifier.create(deadline.bounded(Stage.CALL, "asking", source.mono()).contextWrite(ReactorScope.of(scope)))
                .then(scope::cancel)
                .expectErrorSatisfies(thrown -> assertThat(((ScopeEndedException) thrown).ending())
                        .isEqualTo(Ending.CALLER_GONE))
                .verify(PATIENCE);

        source.assertCancelled();
        assertThat(heard).containsExactly("stopped CALL CALLER_GONE");
    }

    @Test
    void scopeThatHasEndedIsNotSubscribedFor() {
        var time = new ManualTime();
        var spent = DeadlineScope.root("test", Deadline.after(ofSeconds(1), time.nanos()));
        var source = TestPublisher.<String>create();
        var bounded = deadline.bounded(Stage.CALL, "asking", source.mono()).contextWrite(ReactorScope.of(spent));
        var boundedFlux = deadline.bounded(Stage.CALL, "asking", source.flux()).contextWrite(ReactorScope.of(spent));
        time.advance(ofSeconds(1));

        StepVerifier.create(bounded).expectError(ScopeEndedException.class).verify(PATIENCE);
        StepVerifier.create(boundedFlux).expectError(ScopeEndedException.class).verify(PATIENCE);

        source.assertWasNotSubscribed();
    }

    @Test
    void subscriberWhoLeavesIsForgottenByTheScope() {
        var source = TestPublisher.<String>create();
        var bounded = deadline.bounded(scope, HERE, () -> Stage.CALL, "asking", source.mono());

        bounded.subscribe().dispose();
        scope.cancel();

        source.assertCancelled();
        assertThat(heard).isEmpty();
    }

    @Test
    void endThatComesAfterTheSubscriberLeftIsNoFault() {
        var dropped = new CopyOnWriteArrayList<Throwable>();
        Queue<Runnable> later = new ConcurrentLinkedQueue<>();
        Hooks.onErrorDropped(dropped::add);
        try {
            var subscription = deadline.bounded(scope, later::add, () -> Stage.CALL, "asking", Mono.never()).subscribe();
            scope.cancel();
            subscription.dispose();
            later.remove().run();
        } finally {
            Hooks.resetOnErrorDropped();
        }

        assertThat(dropped).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void endIsToldEvenByAThreadThatHasShutDown() {
        Executor shutDown = _ -> {
            throw new RejectedExecutionException();
        };

        StepVerifier.create(deadline.bounded(scope, shutDown, () -> Stage.CALL, "asking", Mono.never()))
                .then(scope::cancel)
                .expectError(ScopeEndedException.class)
                .verify(PATIENCE);
    }

    @Test
    void outsideOfAnyScopeASourceIsLeftAloneAndCounted() {
        missing.watch();

        assertThat(deadline.bounded(Stage.CALL, "asking", Mono.just("a")).block(PATIENCE)).isEqualTo("a");
        assertThat(deadline.bounded(Stage.CALL, "asking", Flux.just("a")).blockLast(PATIENCE)).isEqualTo("a");
        assertThat(deadline.blocking(Stage.POOL, "working", () -> "a").block(PATIENCE)).isEqualTo("a");

        assertThat(heard).containsExactly("missing CALL", "missing CALL", "missing POOL");
    }

    @Test
    void outsideOfAnyScopeASourceCanBeRefused() {
        var strict = new MissingDeadline(MissingDeadline.Policy.REFUSE, listener);
        strict.watch();
        var refusing = new ReactorDeadline(listener, strict);

        StepVerifier.create(refusing.bounded(Stage.CALL, "asking", Mono.just("a")))
                .expectError(IllegalStateException.class)
                .verify(PATIENCE);
    }

    @Test
    void scopeOfTheThreadThatSubscribesCountsWhereNoneIsInTheContext() {
        missing.watch();
        var other = DeadlineScope.root("other", Deadline.after(ofSeconds(300)));
        var asked = Mono.deferContextual(context -> Mono.justOrEmpty(ReactorScope.in(context)));

        assertThat(scope.call(() -> asked.block(PATIENCE))).isSameAs(scope);
        assertThat(scope.call(() -> asked.contextWrite(ReactorScope.of(other)).block(PATIENCE))).isSameAs(other);
        assertThat(asked.blockOptional(PATIENCE)).isEmpty();
    }

    @Test
    void codeThatBlocksRunsInsideTheScopeOnAThreadThatMay() {
        var seen = deadline.blocking(
                        Stage.STATEMENT,
                        "working",
                        () -> DeadlineScope.current().orElseThrow().name() + " "
                                + Thread.currentThread().isVirtual())
                .contextWrite(ReactorScope.of(scope))
                .block(PATIENCE);

        assertThat(seen).isEqualTo("test true");
    }

    @Test
    void codeThatBlocksIsInterruptedAtTheDeadline() throws InterruptedException {
        var interrupted = new CountDownLatch(1);
        var brief = DeadlineScope.root("test", Deadline.after(ofMillis(50)));
        var work = deadline.blocking(Stage.STATEMENT, "working", () -> waiting(interrupted)).contextWrite(ReactorScope.of(brief));

        StepVerifier.create(work).expectError(ScopeEndedException.class).verify(PATIENCE);

        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(heard).containsExactly("stopped STATEMENT EXPIRED");
    }

    @Test
    void codeThatBlocksIsInterruptedWhenTheCallerLeaves() throws InterruptedException {
        var interrupted = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        var work = deadline.blocking(Stage.STATEMENT, "working", () -> {
                    begun.countDown();
                    return waiting(interrupted);
                })
                .contextWrite(ReactorScope.of(scope));

        StepVerifier.create(work)
                .then(() -> await(begun))
                .then(scope::cancel)
                .expectErrorSatisfies(thrown -> assertThat(((ScopeEndedException) thrown).ending())
                        .isEqualTo(Ending.CALLER_GONE))
                .verify(PATIENCE);

        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void subscriberWhoLeavesStopsItsOwnThreadAndNotTheScope() throws InterruptedException {
        var interrupted = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        var work = deadline.blocking(Stage.STATEMENT, "working", () -> {
                    begun.countDown();
                    return waiting(interrupted);
                })
                .contextWrite(ReactorScope.of(scope));

        var subscription = work.subscribe();
        await(begun);
        subscription.dispose();

        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(scope.isOver()).isFalse();
        assertThat(heard).isEmpty();
    }

    @Test
    void subscriberDoesNotWaitForAThreadThatTakesNoNotice() {
        var released = new CountDownLatch(1);
        var brief = DeadlineScope.root("test", Deadline.after(ofMillis(50)));
        var work = deadline.blocking(
                        Stage.STATEMENT, "working", () -> DeadlineScope.shielded(() -> released.await(60, TimeUnit.SECONDS)))
                .contextWrite(ReactorScope.of(brief));

        StepVerifier.create(work).expectError(ScopeEndedException.class).verify(ofSeconds(30));

        released.countDown();
    }

    @Test
    void faultOfTheCodePassesAsItIsAndNoResultIsNone() {
        assertThatThrownBy(() -> deadline.blocking(Stage.HANDLER, "working", () -> {
                            throw new IllegalArgumentException("ours");
                        })
                        .contextWrite(ReactorScope.of(scope))
                        .block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class);
        var begun = new AtomicBoolean();
        StepVerifier.create(deadline.blocking(Stage.HANDLER, "working", () -> {
                            begun.set(true);
                            return null;
                        })
                        .contextWrite(ReactorScope.of(scope)))
                .expectComplete()
                .verify(PATIENCE);
        assertThat(begun).isTrue();
    }

    private static String waiting(CountDownLatch interrupted) throws InterruptedException {
        try {
            Thread.sleep(ofSeconds(300));
            return "slept";
        } catch (InterruptedException stop) {
            interrupted.countDown();
            throw stop;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }
}
