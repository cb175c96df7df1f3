package io.meridian.breaker.autoconfigure;

import io.meridian.breaker.ejection.grpc.OutlierDetection;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.breaker.ejection.grpc}: when one of several instances behind a gRPC channel is left alone.
 *
 * <p>The defaults find a dead replica of two within half a second from eight calls a second on; each time it is tried again costs half a
 * second of its share, which is less than one per cent of 30 s.
 *
 * @param interval how often the instances are compared, 100 ms to a minute
 * @param out how long one is left alone, times how often in succession that happened; at least {@code interval}
 * @param longestOut at most so long; from {@code out} to an hour
 * @param failing the share of failed calls of an interval that is too much, in [0.5, 1)
 * @param calls of an interval that an instance is judged by, at least 1
 */
@ConfigurationProperties("meridian.breaker.ejection.grpc")
record GrpcEjectionProperties(
        @DefaultValue("500ms") Duration interval,
        @DefaultValue("30s") Duration out,
        @DefaultValue("60s") Duration longestOut,
        @DefaultValue("0.85") double failing,
        @DefaultValue("2") int calls) {

    GrpcEjectionProperties {
        try {
            var _ = new OutlierDetection(interval, out, longestOut, failing, calls);
        } catch (IllegalArgumentException nonsense) {
            throw new IllegalArgumentException("meridian.breaker.ejection.grpc." + nonsense.getMessage(), nonsense);
        }
    }

    OutlierDetection detection() {
        return new OutlierDetection(interval, out, longestOut, failing, calls);
    }
}
