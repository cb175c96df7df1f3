package io.meridian.deadline.autoconfigure;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.deadline.scheduling}.
 *
 * @param budget what each run of a scheduled task may take before it is interrupted; must be positive
 */
@ConfigurationProperties("meridian.deadline.scheduling")
record SchedulingDeadlineProperties(@DefaultValue("60s") Duration budget) {

    SchedulingDeadlineProperties {
        if (!budget.isPositive()) {
            throw new IllegalArgumentException("meridian.deadline.scheduling.budget must be positive, was " + budget);
        }
    }
}
