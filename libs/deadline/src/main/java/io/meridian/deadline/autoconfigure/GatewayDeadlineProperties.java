package io.meridian.deadline.autoconfigure;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long the routes of a Spring Cloud Gateway may take, from the arrival of a request to the last byte of its answer.
 *
 * @param usual what a request has whose client does not say, on routes that say nothing; above 0
 * @param most what a client may ask for at most, on routes that say nothing; at least {@code usual}, at most 30 s
 * @param least what must be left for a service to be asked at all; 0 asks it whatever is left
 * @param grace how long after its deadline a request still takes the answer of a service that gave up in time; 0 to 50 ms
 * @param routes by the ids of the routes; takes precedence over their metadata
 */
@ConfigurationProperties("meridian.deadline.gateway")
record GatewayDeadlineProperties(
        @DefaultValue("2s") Duration usual,
        @DefaultValue("2s") Duration most,
        @DefaultValue("10ms") Duration least,
        @DefaultValue("25ms") Duration grace,
        @DefaultValue Map<String, Route> routes) {

    /**
     * One route.
     *
     * @param usual as for all; if not set the same as {@code most}
     * @param most as for all; only a stream may have more than 30 s
     * @param stream whether its answers go on for as long as there is news; these have 10 minutes if nothing else is set
     */
    record Route(@Nullable Duration usual, @Nullable Duration most, @Nullable Boolean stream) {}

    GatewayDeadlineProperties {
        if (least.isNegative()) {
            throw new IllegalArgumentException("meridian.deadline.gateway.least must not be negative, was " + least);
        }
        if (grace.isNegative() || grace.toMillis() > 50) {
            throw new IllegalArgumentException("meridian.deadline.gateway.grace must be in 0..50 ms, was " + grace);
        }
    }
}
