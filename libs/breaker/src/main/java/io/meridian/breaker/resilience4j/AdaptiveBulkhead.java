package io.meridian.breaker.resilience4j;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.bulkhead.event.BulkheadEvent;
import io.github.resilience4j.bulkhead.event.BulkheadOnCallFinishedEvent;
import io.github.resilience4j.bulkhead.event.BulkheadOnCallPermittedEvent;
import io.github.resilience4j.bulkhead.event.BulkheadOnCallRejectedEvent;
import io.github.resilience4j.core.EventConsumer;
import io.github.resilience4j.core.EventProcessor;
import io.meridian.breaker.AdaptiveBreaker;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The limit of an adaptive breaker as a bulkhead, for Resilience4j's bulkhead metrics and for callers that only want the limit. A call
 * that passes both the breaker and its bulkhead takes two places: one of them is enough. It learns nothing from calls that pass only the
 * bulkhead.
 *
 * <p>Never waits for a place, and its limit cannot be set: it is found by the breaker.
 */
public final class AdaptiveBulkhead implements Bulkhead, Bulkhead.Metrics {

    private final AdaptiveBreaker breaker;
    private final Map<String, String> tags;
    private final Events events = new Events();

    AdaptiveBulkhead(AdaptiveBreaker breaker, Map<String, String> tags) {
        this.breaker = breaker;
        this.tags = tags;
    }

    @Override
    public void changeConfig(BulkheadConfig newConfig) {
        throw new UnsupportedOperationException("the limit of bulkhead " + getName()
                + " adapts by itself; meridian.breaker.instances." + getName() + ".most-in-flight bounds it");
    }

    @Override
    public boolean tryAcquirePermission() {
        boolean permitted = breaker.tryTakePlace();
        publish(() -> permitted ? new BulkheadOnCallPermittedEvent(getName()) : new BulkheadOnCallRejectedEvent(getName()));
        return permitted;
    }

    @Override
    public void acquirePermission() {
        if (!tryAcquirePermission()) {
            throw BulkheadFullException.createBulkheadFullException(this);
        }
    }

    @Override
    public void releasePermission() {
        breaker.giveBack();
    }

    @Override
    public void onComplete() {
        breaker.giveBack();
        publish(() -> new BulkheadOnCallFinishedEvent(getName()));
    }

    @Override
    public String getName() {
        return breaker.name();
    }

    /** One with the limit of this moment. */
    @Override
    public BulkheadConfig getBulkheadConfig() {
        return BulkheadConfig.custom()
                .maxConcurrentCalls(breaker.limit())
                .maxWaitDuration(Duration.ZERO)
                .writableStackTraceEnabled(false)
                .build();
    }

    @Override
    public Metrics getMetrics() {
        return this;
    }

    @Override
    public int getAvailableConcurrentCalls() {
        return Math.max(0, breaker.limit() - breaker.inFlight());
    }

    @Override
    public int getMaxAllowedConcurrentCalls() {
        return breaker.limit();
    }

    @Override
    public Map<String, String> getTags() {
        return tags;
    }

    @Override
    public EventPublisher getEventPublisher() {
        return events;
    }

    private void publish(Supplier<BulkheadEvent> event) {
        if (events.hasConsumers()) {
            events.processEvent(event.get());
        }
    }

    private static final class Events extends EventProcessor<BulkheadEvent> implements EventPublisher {

        @Override
        public EventPublisher onCallRejected(EventConsumer<BulkheadOnCallRejectedEvent> consumer) {
            registerConsumer(BulkheadOnCallRejectedEvent.class.getName(), consumer);
            return this;
        }

        @Override
        public EventPublisher onCallPermitted(EventConsumer<BulkheadOnCallPermittedEvent> consumer) {
            registerConsumer(BulkheadOnCallPermittedEvent.class.getName(), consumer);
            return this;
        }

        @Override
        public EventPublisher onCallFinished(EventConsumer<BulkheadOnCallFinishedEvent> consumer) {
            registerConsumer(BulkheadOnCallFinishedEvent.class.getName(), consumer);
            return this;
        }
    }
}
