package io.meridian.gateway.routing;

import io.meridian.breaker.ejection.EjectionListener;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down which instances are left alone, and why. */
public final class LoggedEjections implements EjectionListener {

    private static final Logger log = LoggerFactory.getLogger(LoggedEjections.class);

    @Override
    public void ejected(String dependency, String instance, String why, Duration forNow) {
        log.atWarn()
                .addKeyValue("dependency", dependency)
                .addKeyValue("instance", instance)
                .addKeyValue("forMs", forNow.toMillis())
                .log("instance is left alone: {}", why);
    }

    @Override
    public void returned(String dependency, String instance, String why) {
        log.atInfo()
                .addKeyValue("dependency", dependency)
                .addKeyValue("instance", instance)
                .log("instance takes part again: {}", why);
    }
}
