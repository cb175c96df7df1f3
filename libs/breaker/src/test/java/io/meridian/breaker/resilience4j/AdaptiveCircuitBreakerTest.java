package io.meridian.breaker.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerListeners;
import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Rejection;
import io.meridian.breaker.Tuning;
import io.meridian.testkit.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdaptiveCircuitBreakerTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ManualTime time = new ManualTime();
    private final AtomicLong remaining = new AtomicLong(Breaker.NO_DEADLINE);
    private final AdaptiveCircuitBreaker breaker = breaker(CircuitBreakerConfig.custom());

    private AdaptiveCircuitBreaker breaker(CircuitBreakerConfig.Builder config) {
        return new AdaptiveCircuitBreaker(
                "stock",
                config.build(),
                Map.of(),
                Tuning.USUAL,
                time.nanos(),
                new Random(4),
                remaining::get,
                BreakerListeners.NONE);
    }

    @Test
    void aFullLimitIsNotTheSameAsBeingOpen() {
        fill();

        assertThatThrownBy(breaker::acquirePermission)
                .isInstanceOfSatisfying(
                        CallRejectedException.class, it -> assertThat(it.reason()).isEqualTo(Rejection.LIMIT));
        assertThat(breaker.tryAcquirePermission()).isFalse();
        assertThat(breaker.getMetrics().getNumberOfNotPermittedCalls()).isZero();
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void asksHowMuchTimeIsLeft() {
        remaining.set(0);

        assertThatThrownBy(breaker::acquirePermission)
                .isInstanceOfSatisfying(
                        CallRejectedException.class, it -> assertThat(it.reason()).isEqualTo(Rejection.DEADLINE));
    }

    @Test
    void aCallThatUsedItsTimeUpTimedOutWhateverItThrew() {
        remaining.set(SECOND);
        breaker.acquirePermission();
        time.advance(Duration.ofSeconds(1));
        remaining.set(-1);

        breaker.onError(SECOND, TimeUnit.NANOSECONDS, new IOException("closed"));

        assertThat(breaker.snapshot().censored()).isEqualTo(1);
        assertThat(breaker.snapshot().failed()).isZero();
    }

    @Test
    void aTimeoutIsATimeoutWithoutADeadlineToo() {
        breaker.onError(1, TimeUnit.SECONDS, new TimeoutException());

        assertThat(breaker.snapshot().censored()).isEqualTo(1);
    }

    @Test
    void whatABreakerRefusedSaysNothingAboutTheDependency() {
        breaker.onError(0, TimeUnit.NANOSECONDS, new CallRejectedException("other", Rejection.LIMIT, Duration.ZERO));
        var open = CircuitBreaker.ofDefaults("other");
        breaker.onError(0, TimeUnit.NANOSECONDS, CallNotPermittedException.createCallNotPermittedException(open));

        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
    }

    @Test
    void aPredicateThatThrowsCostsNoPermission() {
        var strict = breaker(CircuitBreakerConfig.custom()
                .recordException(_ -> {
                    throw new IllegalStateException("predicate");
                })
                .recordResult(_ -> {
                    throw new IllegalStateException("predicate");
                }));
        strict.transitionToOpenState();
        strict.transitionToHalfOpenState();
        strict.acquirePermission();

        assertThatThrownBy(() -> strict.onError(0, TimeUnit.NANOSECONDS, new IOException()))
                .hasMessage("predicate");
        strict.acquirePermission();
        assertThatThrownBy(() -> strict.onResult(0, TimeUnit.NANOSECONDS, "sold"))
                .hasMessage("predicate");

        assertThat(strict.tryAcquirePermission()).isTrue();
        assertThat(strict.snapshot().inFlight()).isEqualTo(1);
    }

    @Test
    void resultsThatCarryAPermitAreMetricsAndEventsToo() {
        List<String> heard = new ArrayList<>();
        breaker.getEventPublisher().onEvent(it -> heard.add(it.getEventType().name()));

        for (var outcome : Outcome.values()) {
            breaker.leave(breaker.enter(SECOND), outcome, SECOND);
        }
        breaker.leave(Rejection.LIMIT.permit(), Outcome.FAILED, SECOND);

        assertThat(heard).containsExactly("SUCCESS", "ERROR", "ERROR");
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(2);
        assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(1);
    }

    @Test
    void aHundredFailuresInAWindowOpenNothingByThemselves() {
        for (int i = 0; i < 250; i++) {
            breaker.leave(breaker.enter(5), Outcome.TIMED_OUT, 5);
            assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isLessThan(100);
        }

        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        assertThat(breaker.getMetrics().getFailureRate()).isLessThan(100);
    }

    @Test
    void theMetricsFollowTheLastCallsAndNotTheFirst() {
        for (int i = 0; i < 1000; i++) {
            breaker.leave(breaker.enter(SECOND), Outcome.SUCCEEDED, SECOND);
        }
        time.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 60; i++) {
            breaker.leave(breaker.enter(SECOND), Outcome.SUCCEEDED, SECOND);
            breaker.leave(breaker.enter(SECOND), Outcome.FAILED, SECOND);
        }

        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isEqualTo(100);
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(50);
    }

    @Test
    void itsConfigurationShowsThatNoRateOpensIt() {
        var config = breaker.getCircuitBreakerConfig();

        assertThat(config.getFailureRateThreshold()).isEqualTo(100);
        assertThat(config.getPermittedNumberOfCallsInHalfOpenState()).isEqualTo(1);
        assertThat(config.isAutomaticTransitionFromOpenToHalfOpenEnabled()).isFalse();
    }

    @Test
    void measuresWithItsOwnClock() {
        long start = breaker.getCurrentTimestamp();
        time.advance(Duration.ofMillis(5));

        assertThat(breaker.getTimestampUnit().toMillis(breaker.getCurrentTimestamp() - start))
                .isEqualTo(5);
    }

    @Test
    void aDurationOfForeverIsNotTooLong() {
        breaker.transitionToOpenStateFor(Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(breaker.tryAcquirePermission()).isFalse();
    }

    private void fill() {
        while (breaker.enter(SECOND) >= 0) {
            assertThat(breaker.snapshot().inFlight()).isLessThanOrEqualTo(100);
        }
    }
}
