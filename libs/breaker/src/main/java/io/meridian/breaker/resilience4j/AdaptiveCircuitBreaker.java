package io.meridian.breaker.resilience4j;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.TransitionCheckResult;
import io.github.resilience4j.circuitbreaker.ResultRecordedAsFailureException;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnCallNotPermittedEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnErrorEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnIgnoredErrorEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnResetEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnSuccessEvent;
import io.github.resilience4j.core.functions.Either;
import io.meridian.breaker.AdaptiveBreaker;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerListener;
import io.meridian.breaker.BreakerListeners;
import io.meridian.breaker.BreakerSnapshot;
import io.meridian.breaker.BreakerState;
import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Rejection;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.Tuning;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AdaptiveBreaker} as a {@link CircuitBreaker}. Whoever can should use it as a {@link Breaker}, which is told each call's
 * remaining time and knows each call by its permit; as a {@link CircuitBreaker} it asks a {@link RemainingTime}, and derives a call's
 * start from the duration it is told.
 *
 * <p>While it is open it refuses as any circuit breaker does. For its other refusals {@link #acquirePermission} throws
 * {@link CallRejectedException}, because dashboards take a {@link CallNotPermittedException} to mean that the breaker is open. They are
 * not counted as not permitted.
 *
 * <p>Of a {@link CircuitBreakerConfig} it honours what says how to judge a call: which exceptions and results are failures, which are
 * ignored, which force it open, whether exceptions have stack traces, and the state it starts in. Thresholds, windows and waits are its
 * own.
 */
public final class AdaptiveCircuitBreaker implements CircuitBreaker, Breaker {

    private final AdaptiveBreaker breaker;
    private final CircuitBreakerConfig config;
    private final Map<String, String> tags;
    private final LongSupplier clock;
    private final RemainingTime remaining;
    private final Events events = new Events();
    private final Figures figures;
    private volatile boolean started;

    /**
     * A breaker.
     *
     * @param config how calls are judged
     * @param tags for metrics
     * @param clock see {@link AdaptiveBreaker}, as for {@code random} and {@code listener}
     * @param remaining the remaining time of a call that did not say it
     */
    public AdaptiveCircuitBreaker(
            String name,
            CircuitBreakerConfig config,
            Map<String, String> tags,
            Tuning tuning,
            LongSupplier clock,
            RandomGenerator random,
            RemainingTime remaining,
            BreakerListener listener) {
        int probes = tuning.recovery().probes();
        this.config =
                Figures.settings(CircuitBreakerConfig.from(config), probes).build();
        this.tags = Map.copyOf(tags);
        this.clock = clock;
        this.remaining = remaining;
        this.breaker = new AdaptiveBreaker(name, tuning, clock, random, listener, new Follower());
        this.figures = new Figures(name, config.getInitialState(), breaker::learnt, breaker::lately, probes);
        if (config.getInitialState() != State.CLOSED) {
            breaker.become(BreakerState.valueOf(config.getInitialState().name()), "it was configured to start like this");
        }
        this.started = true;
    }

    /** One with the usual settings, on the machine's clock. */
    public static AdaptiveCircuitBreaker of(String name) {
        return new AdaptiveCircuitBreaker(
                name,
                CircuitBreakerConfig.ofDefaults(),
                Map.of(),
                Tuning.USUAL,
                System::nanoTime,
                Randomness.OF_THE_THREAD,
                RemainingTime.UNKNOWN,
                BreakerListeners.NONE);
    }

    // ------------------------------------------------------------------------------------------------------- as a Breaker

    @Override
    public String name() {
        return breaker.name();
    }

    @Override
    public long enter(long remainingNanos) {
        long permit = breaker.enter(remainingNanos);
        if (permit == Rejection.OPEN.permit()) {
            figures.notPermitted();
            if (publishes()) {
                events.publish(new CircuitBreakerOnCallNotPermittedEvent(name()));
            }
        }
        return permit;
    }

    @Override
    public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
        if (permit >= 0 && publishes()) {
            publish(outcome, breaker.nanosSince(permit));
        }
        breaker.leave(permit, outcome, remainingAtEntryNanos);
    }

    @Override
    public Duration retryAfter() {
        return breaker.retryAfter();
    }

    @Override
    public BreakerSnapshot snapshot() {
        return breaker.snapshot();
    }

    /** Makes the controller's step if one is due; see {@link AdaptiveBreaker#tick}. */
    public void tick() {
        breaker.tick();
    }

    /** Its limit as a bulkhead. */
    public AdaptiveBulkhead bulkhead() {
        return new AdaptiveBulkhead(breaker, tags);
    }

    // ------------------------------------------------------------------------------------------------- as a CircuitBreaker

    @Override
    public boolean tryAcquirePermission() {
        return enter(remaining.nanos()) >= 0;
    }

    @Override
    public void acquirePermission() {
        long permit = enter(remaining.nanos());
        if (permit == Rejection.OPEN.permit()) {
            throw CallNotPermittedException.createCallNotPermittedException(this);
        }
        if (permit < 0) {
            throw CallRejectedException.of(this, permit);
        }
    }

    @Override
    public void releasePermission() {
        breaker.giveBack();
    }

    @Override
    public void onSuccess(long duration, TimeUnit unit) {
        long took = unit.toNanos(duration);
        if (publishes()) {
            publish(Outcome.SUCCEEDED, took);
        }
        breaker.leaveAfter(took, Outcome.SUCCEEDED, remainingBefore(took));
    }

    @Override
    public void onError(long duration, TimeUnit unit, Throwable throwable) {
        long took = unit.toNanos(duration);
        var thrown = unwrapped(throwable);
        long before = remainingBefore(took);
        var outcome = judgedOrGivenBack(() -> judge(thrown, took, before));
        if (publishes()) {
            var elapsed = Duration.ofNanos(took);
            events.publish(
                    switch (outcome) {
                        case SUCCEEDED -> new CircuitBreakerOnSuccessEvent(name(), elapsed);
                        case FAILED, TIMED_OUT -> new CircuitBreakerOnErrorEvent(name(), elapsed, thrown);
                        case IGNORED -> new CircuitBreakerOnIgnoredErrorEvent(name(), elapsed, thrown);
                    });
        }
        breaker.leaveAfter(took, outcome, before);
        if (outcome != Outcome.IGNORED) {
            openIfToldTo(Either.right(thrown));
        }
    }

    @Override
    public void onResult(long duration, TimeUnit unit, @Nullable Object result) {
        if (result != null
                && judgedOrGivenBack(() -> config.getRecordResultPredicate().test(result))) {
            long took = unit.toNanos(duration);
            if (publishes()) {
                events.publish(new CircuitBreakerOnErrorEvent(
                        name(), Duration.ofNanos(took), new ResultRecordedAsFailureException(name(), result)));
            }
            breaker.leaveAfter(took, Outcome.FAILED, remainingBefore(took));
            return;
        }
        onSuccess(duration, unit);
        if (result != null) {
            openIfToldTo(Either.left(result));
        }
    }

    @Override
    public void reset() {
        breaker.reset();
    }

    @Override
    public void transitionToClosedState() {
        become(State.CLOSED);
    }

    @Override
    public void transitionToOpenState() {
        become(State.OPEN);
    }

    @Override
    public void transitionToOpenStateFor(Duration wait) {
        checkTransition(State.OPEN);
        breaker.openFor(wait, "opened by hand for " + wait);
    }

    @Override
    public void transitionToOpenStateUntil(Instant until) {
        checkTransition(State.OPEN);
        breaker.openFor(Duration.between(config.getClock().instant(), until), "opened by hand until " + until);
    }

    @Override
    public void transitionToHalfOpenState() {
        become(State.HALF_OPEN);
    }

    @Override
    public void transitionToDisabledState() {
        become(State.DISABLED);
    }

    @Override
    public void transitionToMetricsOnlyState() {
        become(State.METRICS_ONLY);
    }

    @Override
    public void transitionToForcedOpenState() {
        become(State.FORCED_OPEN);
    }

    @Override
    public String getName() {
        return breaker.name();
    }

    @Override
    public State getState() {
        return resilience4js(breaker.state());
    }

    /** What it was given, with Resilience4j's thresholds out of reach. */
    @Override
    public CircuitBreakerConfig getCircuitBreakerConfig() {
        return config;
    }

    /** Of the last hundred calls or so. Slow calls are not among them: what is slow changes, and is in the {@link #snapshot}. */
    @Override
    public Metrics getMetrics() {
        return figures;
    }

    @Override
    public Map<String, String> getTags() {
        return tags;
    }

    @Override
    public EventPublisher getEventPublisher() {
        return events;
    }

    @Override
    public long getCurrentTimestamp() {
        return clock.getAsLong();
    }

    @Override
    public TimeUnit getTimestampUnit() {
        return TimeUnit.NANOSECONDS;
    }

    @Override
    public String toString() {
        return breaker.toString();
    }

    // ----------------------------------------------------------------------------------------------------------- details

    /** The predicates are somebody else's: one that throws must not cost a permit, as it does Resilience4j (its issue 2324). */
    private <T> T judgedOrGivenBack(Supplier<T> judgement) {
        try {
            return judgement.get();
        } catch (RuntimeException thrown) {
            breaker.giveBack();
            throw thrown;
        }
    }

    private Outcome judge(Throwable thrown, long took, long remainingBefore) {
        if (thrown instanceof CallRejectedException
                || thrown instanceof CallNotPermittedException
                || config.getIgnoreExceptionPredicate().test(thrown)) {
            return Outcome.IGNORED;
        }
        if (!config.getRecordExceptionPredicate().test(thrown)) {
            return Outcome.SUCCEEDED;
        }
        return took >= remainingBefore || isTimeout(thrown) ? Outcome.TIMED_OUT : Outcome.FAILED;
    }

    private static boolean isTimeout(Throwable thrown) {
        return thrown instanceof TimeoutException
                || thrown instanceof SocketTimeoutException
                || thrown instanceof HttpTimeoutException;
    }

    private static Throwable unwrapped(Throwable throwable) {
        var cause = throwable.getCause();
        return (throwable instanceof CompletionException || throwable instanceof ExecutionException) && cause != null
                ? cause
                : throwable;
    }

    private long remainingBefore(long took) {
        long left = remaining.nanos();
        return left == NO_DEADLINE || left > NO_DEADLINE - took ? NO_DEADLINE : left + took;
    }

    private void openIfToldTo(Either<Object, Throwable> result) {
        TransitionCheckResult check = config.getTransitionOnResult().apply(result);
        if (!check.isTransitionToOpen() || breaker.state() != BreakerState.CLOSED) {
            return;
        }
        if (check.getWaitDuration() != null) {
            breaker.openFor(check.getWaitDuration(), "opened: a result said so");
        } else if (check.getWaitUntil() != null) {
            breaker.openFor(
                    Duration.between(config.getClock().instant(), check.getWaitUntil()), "opened: a result said so");
        } else {
            breaker.become(BreakerState.OPEN, "opened: a result said so");
        }
    }

    private void become(State state) {
        checkTransition(state);
        breaker.become(BreakerState.valueOf(state.name()), "an operator's word");
    }

    /** Resilience4j knows no way from some states to some others, and says so. */
    private void checkTransition(State to) {
        StateTransition.transitionBetween(name(), getState(), to);
    }

    private boolean publishes() {
        return events.hasConsumers() && getState().allowPublish;
    }

    private void publish(Outcome outcome, long took) {
        var elapsed = Duration.ofNanos(took);
        switch (outcome) {
            case SUCCEEDED -> events.publish(new CircuitBreakerOnSuccessEvent(name(), elapsed));
            case FAILED -> events.publish(new CircuitBreakerOnErrorEvent(name(), elapsed, CallFailed.IN_SOME_WAY));
            case TIMED_OUT -> events.publish(new CircuitBreakerOnErrorEvent(name(), elapsed, CallFailed.OUT_OF_TIME));
            case IGNORED -> {}
        }
    }

    private static State resilience4js(BreakerState state) {
        return switch (state) {
            case CLOSED -> State.CLOSED;
            case OPEN -> State.OPEN;
            case HALF_OPEN -> State.HALF_OPEN;
            case FORCED_OPEN -> State.FORCED_OPEN;
            case DISABLED -> State.DISABLED;
            case METRICS_ONLY -> State.METRICS_ONLY;
        };
    }

    /** Leads the figures through the states, and publishes what happens as Resilience4j does. */
    private final class Follower implements AdaptiveBreaker.Follower {

        @Override
        public void moved(BreakerState from, BreakerState to, long waitNanos) {
            if (started) {
                figures.follow(to);
                publishTransition(from, to);
            }
        }

        @Override
        public void probed(boolean succeeded, long tookNanos) {
            figures.probed(succeeded, tookNanos);
        }

        @Override
        public void reset(BreakerState from) {
            figures.reset();
            publishTransition(from, BreakerState.CLOSED);
            publishEvent(new CircuitBreakerOnResetEvent(name()));
        }

        private void publishTransition(BreakerState from, BreakerState to) {
            if (from != to) {
                publishEvent(new CircuitBreakerOnStateTransitionEvent(
                        name(), StateTransition.transitionBetween(name(), resilience4js(from), resilience4js(to))));
            }
        }

        private void publishEvent(CircuitBreakerEvent event) {
            if (events.hasConsumers()) {
                events.publish(event);
            }
        }
    }
}
