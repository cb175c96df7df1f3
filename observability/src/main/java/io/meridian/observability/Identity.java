package io.meridian.observability;

import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import org.springframework.core.env.Environment;

/**
 * Whose signals these are. A metric, span or log line that does not say so is worth nothing among those of others, so a
 * service does not start without.
 *
 * @param service its name, from {@code spring.application.name}
 * @param version its release, from {@code meridian.version}
 * @param arm its side of a release experiment, from {@code meridian.arm}; {@code stable} if that is not set
 * @param environment where it runs, from {@code meridian.environment}
 */
public record Identity(String service, String version, String arm, String environment) {

    /**
     * The identity that is configured.
     *
     * @throws MissingIdentityException if a part of it is not, naming all that are missing
     */
    public static Identity from(Environment environment) {
        var missing = new ArrayList<String>();
        for (var setting : new String[] {"spring.application.name", "meridian.version", "meridian.environment"}) {
            if (environment.getProperty(setting, "").isBlank()) {
                missing.add(setting);
            }
        }
        if (!missing.isEmpty()) {
            throw new MissingIdentityException(missing);
        }
        return new Identity(
                environment.getRequiredProperty("spring.application.name"),
                environment.getRequiredProperty("meridian.version"),
                environment.getProperty("meridian.arm", "stable"),
                environment.getRequiredProperty("meridian.environment"));
    }

    /** The tags that every metric carries. */
    public Tags tags() {
        return Tags.of(
                Tag.SERVICE.asString(), service,
                Tag.VERSION.asString(), version,
                Tag.ARM.asString(), arm,
                Tag.ENVIRONMENT.asString(), environment);
    }
}
