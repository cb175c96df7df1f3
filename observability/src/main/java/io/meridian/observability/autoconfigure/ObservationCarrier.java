package io.meridian.observability.autoconfigure;

import io.meridian.outbox.Carrier;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Carries the observation that a listener's container has begun for a record to the worker that handles it, where the adapter of the
 * listener method ends it. Each repetition is an observation of its own below it.
 */
final class ObservationCarrier implements Carrier {

    private static final String REPETITION = "meridian.hearing.repetition";

    private final ObservationRegistry observations;

    ObservationCarrier(ObservationRegistry observations) {
        this.observations = observations;
        observations.observationConfig().observationHandler(new Ends());
    }

    @Override
    public Load load() {
        return new Carried(observations.getCurrentObservation());
    }

    private final class Carried implements Load {

        private final @Nullable Observation handling;

        Carried(@Nullable Observation handling) {
            this.handling = handling;
        }

        @Override
        public void with(int attempt, Runnable work) {
            if (handling == null) {
                work.run();
            } else if (attempt == 1) {
                handling.scoped(work);
            } else {
                repeat(work, handling);
            }
        }

        private void repeat(Runnable work, Observation first) {
            var context = new Repetition();
            var repetition = Observation.createNotStarted(REPETITION, () -> context, observations)
                    .parentObservation(first)
                    .start();
            try {
                repetition.scoped(work);
            } finally {
                if (!context.hasEnded) { // the adapter of a listener method ends whichever is current
                    repetition.stop();
                }
            }
        }

        @Override
        public void abandon() {
            if (handling != null) {
                handling.stop();
            }
        }
    }

    private static final class Repetition extends Observation.Context {
        private volatile boolean hasEnded;
    }

    private static final class Ends implements ObservationHandler<Repetition> {

        @Override
        public void onStop(Repetition repetition) {
            repetition.hasEnded = true;
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof Repetition;
        }
    }
}
