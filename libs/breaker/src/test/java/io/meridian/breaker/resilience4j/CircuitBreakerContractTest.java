package io.meridian.breaker.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.TransitionCheckResult;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnErrorEvent;
import io.meridian.breaker.BreakerListeners;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.Tuning;
import io.meridian.testkit.ManualTime;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What users of a {@link CircuitBreaker} rely on, after Resilience4j's own tests of its state machine, events, metrics, results, exceptions
 * and decorators: held against Resilience4j's, which shows that the cases are right, and against ours. Left out are the cases in
 * which a rate opens the breaker, and the waits that come with it: there ours is meant to differ.
 */
@ParameterizedClass
@EnumSource
class CircuitBreakerContractTest {

    @Parameter
    Kind kind = Kind.ADAPTIVE;

    private final ManualTime time = new ManualTime();
    private final List<String> events = new ArrayList<>();
    private CircuitBreaker breaker = Kind.ADAPTIVE.make(settings().build(), time);

    enum Kind {
        RESILIENCE4J {
            @Override
            CircuitBreaker make(CircuitBreakerConfig config, ManualTime time) {
                return CircuitBreaker.of("stock", config, Map.of("team", "shop"));
            }
        },
        ADAPTIVE {
            @Override
            CircuitBreaker make(CircuitBreakerConfig config, ManualTime time) {
                return new AdaptiveCircuitBreaker(
                        "stock",
                        config,
                        Map.of("team", "shop"),
                        Tuning.USUAL,
                        time.nanos(),
                        new Random(4),
                        RemainingTime.UNKNOWN,
                        BreakerListeners.NONE);
            }
        };

        abstract CircuitBreaker make(CircuitBreakerConfig config, ManualTime time);
    }

    @BeforeEach
    void one() {
        use(settings());
    }

    private void use(CircuitBreakerConfig.Builder settings) {
        breaker = kind.make(settings.build(), time);
        events.clear();
        breaker.getEventPublisher().onEvent(event -> events.add(event.getEventType().name()));
    }

    private CircuitBreakerConfig.Builder settings() {
        var instants = time.instants();
        return CircuitBreakerConfig.custom()
                .permittedNumberOfCallsInHalfOpenState(3)
                .clock(new Clock() {
                    @Override
                    public ZoneId getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(ZoneId zone) {
                        return this;
                    }

                    @Override
                    public Instant instant() {
                        return instants.instant();
                    }
                });
    }

    // ------------------------------------------------------------------------------------------------------------ states

    @Test
    void isClosedAtFirstAndPermits() {
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        assertThat(breaker.tryAcquirePermission()).isTrue();
        breaker.acquirePermission();
    }

    @Test
    void hasItsNameAndTags() {
        assertThat(breaker.getName()).isEqualTo("stock");
        assertThat(breaker.getTags()).containsExactly(Map.entry("team", "shop"));
    }

    @Test
    void refusesWhileOpenAndCountsIt() {
        breaker.transitionToOpenState();

        assertThat(breaker.tryAcquirePermission()).isFalse();
        assertThatThrownBy(breaker::acquirePermission)
                .isInstanceOfSatisfying(
                        CallNotPermittedException.class,
                        it -> assertThat(it.getCausingCircuitBreakerName()).isEqualTo("stock"))
                .hasMessage("CircuitBreaker 'stock' is OPEN and does not permit further calls");
        assertThat(breaker.getMetrics().getNumberOfNotPermittedCalls()).isEqualTo(2);
        assertThat(events).containsExactly("STATE_TRANSITION", "NOT_PERMITTED", "NOT_PERMITTED");
    }

    @Test
    void isHalfOpenAfterTheWait() {
        breaker.transitionToOpenStateFor(Duration.ofSeconds(10));

        time.advance(Duration.ofSeconds(10));
        assertThat(breaker.getState()).isEqualTo(State.OPEN);
        time.advance(Duration.ofSeconds(1));

        assertThat(breaker.tryAcquirePermission()).isTrue();
        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void staysOpenUntilTheInstant() {
        breaker.transitionToOpenStateUntil(time.now().plusSeconds(60));

        time.advance(Duration.ofSeconds(59));
        assertThat(breaker.tryAcquirePermission()).isFalse();
        time.advance(Duration.ofSeconds(2));
        assertThat(breaker.tryAcquirePermission()).isTrue();
    }

    @Test
    void permitsAsManyCallsWhileHalfOpenAsItsConfigurationSaysEachTime() {
        for (int round = 0; round < 2; round++) {
            breaker.transitionToOpenState();
            breaker.transitionToHalfOpenState();

            acquireAllProbes();
            assertThat(breaker.tryAcquirePermission()).isFalse();
            assertThatThrownBy(breaker::acquirePermission).isInstanceOf(CallNotPermittedException.class);
            assertThat(breaker.getMetrics().getNumberOfNotPermittedCalls()).isEqualTo(2);
        }
    }

    @Test
    void aPermissionGivenBackWhileHalfOpenIsThereAgain() {
        halfOpen();
        acquireAllProbes();

        breaker.releasePermission();

        assertThat(breaker.tryAcquirePermission()).isTrue();
        assertThat(breaker.tryAcquirePermission()).isFalse();
    }

    @Test
    void anIgnoredErrorWhileHalfOpenGivesItsPermissionBack() {
        use(settings().ignoreExceptions(IOException.class));
        halfOpen();
        acquireAllProbes();

        breaker.onError(0, TimeUnit.NANOSECONDS, new IOException());

        assertThat(breaker.tryAcquirePermission()).isTrue();
        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void closesWhenTheProbesSucceed() {
        halfOpen();
        probeUntilDecided(true);

        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        assertThat(breaker.tryAcquirePermission()).isTrue();
    }

    @Test
    void opensAgainWhenTheProbesFail() {
        halfOpen();
        probeUntilDecided(false);

        assertThat(breaker.getState()).isEqualTo(State.OPEN);
        assertThat(breaker.tryAcquirePermission()).isFalse();
    }

    @Test
    void forcedOpenItRefusesForEverAndPublishesNothing() {
        breaker.transitionToForcedOpenState();
        time.advance(Duration.ofDays(1));

        assertThat(breaker.tryAcquirePermission()).isFalse();
        assertThatThrownBy(breaker::acquirePermission).isInstanceOf(CallNotPermittedException.class);
        breaker.onSuccess(1, TimeUnit.NANOSECONDS);

        assertThat(breaker.getState()).isEqualTo(State.FORCED_OPEN);
        assertThat(breaker.getMetrics().getNumberOfNotPermittedCalls()).isEqualTo(2);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
        assertThat(events).containsExactly("STATE_TRANSITION");
    }

    @Test
    void disabledItPermitsEverythingAndPublishesNothing() {
        breaker.transitionToDisabledState();

        for (int i = 0; i < 1000; i++) {
            assertThat(breaker.tryAcquirePermission()).isTrue();
        }
        for (int i = 0; i < 1000; i++) {
            breaker.onError(1, TimeUnit.NANOSECONDS, new IOException());
        }

        assertThat(breaker.getState()).isEqualTo(State.DISABLED);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
        assertThat(events).containsExactly("STATE_TRANSITION");
    }

    @Test
    void watchingOnlyItPermitsEverythingAndCounts() {
        breaker.transitionToMetricsOnlyState();

        for (int i = 0; i < 50; i++) {
            breaker.acquirePermission();
            breaker.onError(1, TimeUnit.NANOSECONDS, new IOException());
        }

        assertThat(breaker.getState()).isEqualTo(State.METRICS_ONLY);
        assertThat(breaker.tryAcquirePermission()).isTrue();
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(50);
        assertThat(events).startsWith("STATE_TRANSITION", "ERROR");
    }

    @Test
    void goesNoWayThatDoesNotExist() {
        breaker.transitionToMetricsOnlyState();

        assertThatThrownBy(breaker::transitionToOpenState).isInstanceOf(IllegalStateTransitionException.class);
        assertThatThrownBy(breaker::transitionToHalfOpenState).isInstanceOf(IllegalStateTransitionException.class);
        assertThatThrownBy(() -> breaker.transitionToOpenStateFor(Duration.ZERO))
                .isInstanceOf(IllegalStateTransitionException.class);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CLOSED")
    void startsInTheStateItIsConfiguredWith(State state) {
        use(settings().initialState(state));

        assertThat(breaker.getState()).isEqualTo(state);
    }

    @Test
    void goingWhereItIsAlreadyIsNoEvent() {
        breaker.transitionToClosedState();
        breaker.transitionToOpenState();
        breaker.transitionToOpenState();

        assertThat(events).containsExactly("STATE_TRANSITION");
    }

    @Test
    void resettingClosesItAndForgets() {
        breaker.onError(1, TimeUnit.NANOSECONDS, new IOException());
        breaker.transitionToOpenState();

        breaker.reset();

        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
        assertThat(events).endsWith("STATE_TRANSITION", "RESET");
    }

    // ----------------------------------------------------------------------------------------------- events and metrics

    @Test
    void publishesEachResult() {
        use(settings().ignoreExceptions(IllegalStateException.class));
        breaker.onSuccess(1, TimeUnit.NANOSECONDS);
        breaker.onError(1, TimeUnit.NANOSECONDS, new IOException());
        breaker.onError(1, TimeUnit.NANOSECONDS, new IllegalStateException());

        assertThat(events).containsExactly("SUCCESS", "ERROR", "IGNORED_ERROR");
    }

    @Test
    void eachKindOfEventHasItsConsumers() {
        List<String> heard = new ArrayList<>();
        var thrown = new IOException();
        breaker.getEventPublisher()
                .onSuccess(it -> heard.add("success " + it.getElapsedDuration().toMillis()))
                .onError(it -> heard.add("error " + (it.getThrowable() == thrown)))
                .onStateTransition(it -> heard.add(it.getStateTransition().name()))
                .onCallNotPermitted(_ -> heard.add("not permitted"))
                .onReset(_ -> heard.add("reset"));

        breaker.onSuccess(5, TimeUnit.MILLISECONDS);
        breaker.onError(1, TimeUnit.NANOSECONDS, thrown);
        breaker.transitionToOpenState();
        breaker.tryAcquirePermission();
        breaker.reset();

        assertThat(heard)
                .containsExactly(
                        "success 5", "error true", "CLOSED_TO_OPEN", "not permitted", "OPEN_TO_CLOSED", "reset");
    }

    @Test
    void aConsumerThatThrowsBreaksNothing() {
        breaker.getEventPublisher().onEvent(_ -> {
            throw new IllegalStateException();
        });

        breaker.acquirePermission();
        breaker.onSuccess(1, TimeUnit.NANOSECONDS);
        breaker.transitionToOpenState();
        assertThat(breaker.tryAcquirePermission()).isFalse();

        assertThat(breaker.getState()).isEqualTo(State.OPEN);
    }

    @Test
    void countsWhatItIsTold() {
        for (int i = 0; i < 30; i++) {
            breaker.onSuccess(1, TimeUnit.NANOSECONDS);
        }
        breaker.onError(1, TimeUnit.NANOSECONDS, new IOException());

        var metrics = breaker.getMetrics();
        assertThat(metrics.getNumberOfSuccessfulCalls()).isEqualTo(30);
        assertThat(metrics.getNumberOfFailedCalls()).isEqualTo(1);
        assertThat(metrics.getNumberOfBufferedCalls()).isEqualTo(31);
        assertThat(metrics.getFailureRate()).isEqualTo(-1);
        assertThat(metrics.getSlowCallRate()).isEqualTo(-1);
    }

    @Test
    void keepsTheRateOfTheLastHundred() {
        for (int i = 0; i < 300; i++) {
            breaker.onSuccess(1, TimeUnit.NANOSECONDS);
        }
        assertThat(breaker.getMetrics().getFailureRate()).isZero();
        for (int i = 0; i < 25; i++) {
            breaker.onError(1, TimeUnit.NANOSECONDS, new IOException());
        }

        var metrics = breaker.getMetrics();
        assertThat(metrics.getFailureRate()).isEqualTo(25);
        assertThat(metrics.getNumberOfBufferedCalls()).isEqualTo(100);
    }

    @Test
    void keepsItsCountsWhileOpenAndStartsAnewWhenHalfOpen() {
        breaker.onError(1, TimeUnit.NANOSECONDS, new IOException());
        breaker.transitionToOpenState();
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);

        breaker.transitionToHalfOpenState();
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isZero();
        breaker.acquirePermission();
        breaker.onError(0, TimeUnit.NANOSECONDS, new IOException());
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
    }

    // -------------------------------------------------------------------------------------------- results and exceptions

    @Test
    void onlyWhatIsToBeRecordedIsAFailure() {
        use(settings().recordExceptions(IOException.class));

        breaker.onError(1, TimeUnit.NANOSECONDS, new IOException());
        breaker.onError(1, TimeUnit.NANOSECONDS, new IllegalStateException());

        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
        assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(1);
        assertThat(events).containsExactly("ERROR", "SUCCESS");
    }

    @Test
    void looksIntoTheExceptionsOfFutures() {
        List<Throwable> heard = new ArrayList<>();
        use(settings().ignoreExceptions(IllegalStateException.class));
        breaker.getEventPublisher().onError(it -> heard.add(it.getThrowable()));
        var cause = new IOException();

        breaker.onError(1, TimeUnit.NANOSECONDS, new CompletionException(cause));
        breaker.onError(1, TimeUnit.NANOSECONDS, new CompletionException(new IllegalStateException()));

        assertThat(heard).containsExactly(cause);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isEqualTo(1);
    }

    @Test
    void aResultCanBeAFailure() {
        use(settings().recordResult("sold out"::equals));
        List<CircuitBreakerOnErrorEvent> heard = new ArrayList<>();
        breaker.getEventPublisher().onError(heard::add);

        breaker.onResult(1, TimeUnit.NANOSECONDS, "sold out");
        breaker.onResult(1, TimeUnit.NANOSECONDS, "sold");
        breaker.onResult(1, TimeUnit.NANOSECONDS, null);

        assertThat(heard).hasSize(1);
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
        assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(2);
    }

    @Test
    void aResultCanOpenIt() {
        use(settings()
                .transitionOnResult(result -> result.isLeft() && result.getLeft().equals("go away")
                        ? TransitionCheckResult.transitionToOpenAndWaitFor(Duration.ofHours(1))
                        : TransitionCheckResult.noTransition()));

        breaker.onResult(1, TimeUnit.NANOSECONDS, "welcome");
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        breaker.onResult(1, TimeUnit.NANOSECONDS, "go away");

        time.advance(Duration.ofMinutes(59));
        assertThat(breaker.tryAcquirePermission()).isFalse();
        assertThat(breaker.getState()).isEqualTo(State.OPEN);
    }

    // --------------------------------------------------------------------------------------------------------- decorators

    @Test
    void decoratesWhatReturnsAndWhatThrows() throws Exception {
        assertThat(breaker.executeSupplier(() -> "sold")).isEqualTo("sold");
        assertThat(breaker.executeCallable(() -> "sold")).isEqualTo("sold");
        breaker.executeRunnable(() -> {});
        assertThatThrownBy(() -> breaker.executeRunnable(() -> {
                    throw new IllegalStateException("away");
                }))
                .hasMessage("away");

        assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(3);
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
    }

    @Test
    void decoratesWhatEndsLater() {
        var later = new CompletableFuture<String>();
        var failing = new CompletableFuture<String>();

        var decorated = breaker.executeCompletionStage(() -> later);
        breaker.executeCompletionStage(() -> failing);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
        later.complete("sold");
        failing.completeExceptionally(new IOException());

        assertThat(decorated.toCompletableFuture()).isCompletedWithValue("sold");
        assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(1);
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
    }

    @Test
    void aDecoratedCallIsNotMadeWhileOpen() {
        breaker.transitionToOpenState();
        List<String> made = new ArrayList<>();

        assertThatThrownBy(() -> breaker.executeRunnable(() -> made.add("call")))
                .isInstanceOf(CallNotPermittedException.class);
        assertThat(breaker.executeCompletionStage(() -> CompletableFuture.completedFuture(made.add("call"))))
                .isCompletedExceptionally();

        assertThat(made).isEmpty();
    }

    /** There is no way from closed to half open. */
    private void halfOpen() {
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
    }

    private void acquireAllProbes() {
        for (int i = 0; i < breaker.getCircuitBreakerConfig().getPermittedNumberOfCallsInHalfOpenState(); i++) {
            assertThat(breaker.tryAcquirePermission()).isTrue();
        }
    }

    /** Three are enough for either. */
    private void probeUntilDecided(boolean succeed) {
        for (int i = 0; i < 3 && breaker.getState() == State.HALF_OPEN; i++) {
            breaker.acquirePermission();
            if (succeed) {
                breaker.onSuccess(0, TimeUnit.NANOSECONDS);
            } else {
                breaker.onError(0, TimeUnit.NANOSECONDS, new IOException());
            }
        }
    }
}
