package io.meridian.observability.autoconfigure;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.observability.DeadlineAttribute;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationFilter;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Says on spans what their request was granted and what was left of it; {@link DeadlineAttribute} has the names.
 *
 * <p>The span of an entry point is the one that is current when its scope is opened, or one that begins inside a scope that was
 * opened further out. What is left at its end is asked when it ends, whichever thread ends it. The span of a call says what was
 * left when it began, and what the call was granted if the grant is made while the span is current.
 */
final class DeadlineSpans implements DeadlineListener, ObservationHandler<Observation.Context>, ObservationFilter {

    private final Supplier<ObservationRegistry> observations;

    /** @param observations asked when a scope is opened: a listener may be needed before a registry can be had */
    DeadlineSpans(Supplier<ObservationRegistry> observations) {
        this.observations = observations;
    }

    @Override
    public void opened(DeadlineScope scope) {
        var observation = observations.get().getCurrentObservation();
        if (observation != null) {
            entered(observation.getContext(), scope);
        }
    }

    @Override
    public void granted(String hop, Duration granted, Duration reserved) {
        var observation = observations.get().getCurrentObservation();
        if (observation != null) {
            granted(observation.getContext(), granted, reserved);
        }
    }

    /** Does nothing unless it is the span of a call. */
    static void granted(Observation.Context span, Duration granted, Duration reserved) {
        if (span instanceof SenderContext<?>) {
            say(span, DeadlineAttribute.GRANTED, granted.toNanos());
            say(span, DeadlineAttribute.RESERVED, reserved.toNanos());
        }
    }

    @Override
    public void onStart(Observation.Context span) {
        var scope = DeadlineScope.currentOrNull();
        if (scope == null) {
            return;
        }
        if (span instanceof ReceiverContext<?>) {
            entered(span, scope);
        } else {
            say(span, DeadlineAttribute.REMAINING_AT_START, scope.deadline().remainingNanos());
        }
    }

    @Override
    public boolean supportsContext(Observation.Context span) {
        return span instanceof ReceiverContext<?> || span instanceof SenderContext<?>;
    }

    /** Asked when a span ends, before anybody reads what it says. */
    @Override
    public Observation.Context map(Observation.Context span) {
        DeadlineScope scope = span.get(DeadlineSpans.class);
        if (scope != null) {
            say(span, DeadlineAttribute.REMAINING_AT_END, scope.deadline().remainingNanos());
            scope.ending()
                    .ifPresent(ending ->
                            span.addHighCardinalityKeyValue(DeadlineAttribute.ENDING.withValue(DeadlineMetrics.word(ending))));
        }
        return span;
    }

    private static void entered(Observation.Context span, DeadlineScope scope) {
        span.put(DeadlineSpans.class, scope);
        say(span, DeadlineAttribute.BUDGET, scope.deadline().budget().toNanos());
        say(span, DeadlineAttribute.REMAINING_AT_START, scope.deadline().remainingNanos());
    }

    private static void say(Observation.Context span, DeadlineAttribute attribute, long nanos) {
        span.addHighCardinalityKeyValue(attribute.withValue(Double.toString(Math.round(nanos / 1e5) / 10.0)));
    }
}
