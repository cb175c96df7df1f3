package io.meridian.breaker.resilience4j;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.EventPublisher;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnCallNotPermittedEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnErrorEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnFailureRateExceededEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnIgnoredErrorEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnResetEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnSlowCallRateExceededEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnSuccessEvent;
import io.github.resilience4j.core.EventConsumer;
import io.github.resilience4j.core.EventProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resilience4j's events of one breaker. What a consumer throws is logged and breaks nothing, as with Resilience4j's own. */
final class Events extends EventProcessor<CircuitBreakerEvent> implements EventPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    void publish(CircuitBreakerEvent event) {
        try {
            processEvent(event);
        } catch (Throwable thrown) {
            LOG.warn("A consumer failed on {}", event, thrown);
        }
    }

    @Override
    public EventPublisher onSuccess(EventConsumer<CircuitBreakerOnSuccessEvent> consumer) {
        return register(CircuitBreakerOnSuccessEvent.class, consumer);
    }

    @Override
    public EventPublisher onError(EventConsumer<CircuitBreakerOnErrorEvent> consumer) {
        return register(CircuitBreakerOnErrorEvent.class, consumer);
    }

    @Override
    public EventPublisher onStateTransition(EventConsumer<CircuitBreakerOnStateTransitionEvent> consumer) {
        return register(CircuitBreakerOnStateTransitionEvent.class, consumer);
    }

    @Override
    public EventPublisher onReset(EventConsumer<CircuitBreakerOnResetEvent> consumer) {
        return register(CircuitBreakerOnResetEvent.class, consumer);
    }

    @Override
    public EventPublisher onIgnoredError(EventConsumer<CircuitBreakerOnIgnoredErrorEvent> consumer) {
        return register(CircuitBreakerOnIgnoredErrorEvent.class, consumer);
    }

    @Override
    public EventPublisher onCallNotPermitted(EventConsumer<CircuitBreakerOnCallNotPermittedEvent> consumer) {
        return register(CircuitBreakerOnCallNotPermittedEvent.class, consumer);
    }

    /** Never happens: no rate opens this breaker. */
    @Override
    public EventPublisher onFailureRateExceeded(EventConsumer<CircuitBreakerOnFailureRateExceededEvent> consumer) {
        return register(CircuitBreakerOnFailureRateExceededEvent.class, consumer);
    }

    /** Never happens: no rate opens this breaker. */
    @Override
    public EventPublisher onSlowCallRateExceeded(EventConsumer<CircuitBreakerOnSlowCallRateExceededEvent> consumer) {
        return register(CircuitBreakerOnSlowCallRateExceededEvent.class, consumer);
    }

    private <T extends CircuitBreakerEvent> EventPublisher register(Class<T> type, EventConsumer<T> consumer) {
        registerConsumer(type.getName(), consumer);
        return this;
    }
}
