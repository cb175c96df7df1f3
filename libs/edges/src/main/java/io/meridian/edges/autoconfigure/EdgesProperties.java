package io.meridian.edges.autoconfigure;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a service may decide about its doors.
 *
 * @param maxBody the largest request body that is accepted; one byte more is answered with 413. There is no unlimited
 * @param drain how long an instance that is to stop serves on after it said that it is not ready, so that whoever chooses among instances hears
 *     of it first: longer than they take between two looks. 0 closes the doors at once, at most a minute
 */
@ConfigurationProperties("meridian.edges")
record EdgesProperties(@DefaultValue("64KB") DataSize maxBody, @DefaultValue("0s") Duration drain) {

    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(1);

    EdgesProperties {
        if (maxBody.toBytes() < 1) {
            throw new IllegalArgumentException("meridian.edges.max-body must be at least 1B, was " + maxBody);
        }
        if (drain.isNegative() || drain.compareTo(LONGEST_DRAIN) > 0) {
            throw new IllegalArgumentException("meridian.edges.drain must be in 0s..60s, was " + drain);
        }
    }
}
