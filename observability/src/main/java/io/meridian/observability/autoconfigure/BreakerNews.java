package io.meridian.observability.autoconfigure;

import io.meridian.breaker.BreakerListener;
import io.meridian.breaker.Rejection;
import io.meridian.observability.BreakerAttribute;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes down each change of a breaker with its reason, and says on a span which call was refused. */
final class BreakerNews implements BreakerListener {

    private static final Logger log = LoggerFactory.getLogger("io.meridian.breaker");

    private final Supplier<ObservationRegistry> observations;

    BreakerNews(Supplier<ObservationRegistry> observations) {
        this.observations = observations;
    }

    @Override
    public void changed(String breaker, String from, String to, String why) {
        log.atLevel(to.equals("OPEN") ? Level.WARN : Level.INFO)
                .addKeyValue("breaker", breaker)
                .addKeyValue("from", from)
                .addKeyValue("to", to)
                .log("breaker {}: {}", breaker, why);
    }

    @Override
    public void rejected(String breaker, Rejection why) {
        var span = observations.get().getCurrentObservation();
        if (span != null) {
            span.highCardinalityKeyValue(
                    BreakerAttribute.REJECTED.withValue(breaker + ": " + BreakerMetrics.word(why)));
        }
    }
}
