package io.meridian.gateway.admission;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What this gateway admits; how large a body may be is {@code meridian.edges.max-body}.
 *
 * @param requestTimeout how long a client may take to send one request, headers and body
 * @param requestsPerSecond how often one client may ask, see {@link Rate}
 * @param burst how often one client may ask at once, see {@link Rate}
 * @param sharedPatience how long a request waits for the buckets that all gateways share, see {@link RateLimiter}
 * @param sharedProbeInterval how often they are tried while they are away
 * @param trustedProxies networks whose {@code X-Forwarded-For} and customer header are believed, see {@link Clients}
 * @param customerHeader the header in which a trusted proxy names its customer
 */
@ConfigurationProperties("meridian.gateway.admission")
public record AdmissionProperties(
        @DefaultValue("30s") Duration requestTimeout,
        @DefaultValue("1000") int requestsPerSecond,
        @DefaultValue("2000") int burst,
        @DefaultValue("50ms") Duration sharedPatience,
        @DefaultValue("1s") Duration sharedProbeInterval,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue("x-customer-id") String customerHeader) {

    public AdmissionProperties {
        requirePositive("request-timeout", requestTimeout);
        requirePositive("shared-patience", sharedPatience);
        requirePositive("shared-probe-interval", sharedProbeInterval);
    }

    /** The rate of one client. */
    public Rate rate() {
        return new Rate(requestsPerSecond, burst);
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("meridian.gateway.admission." + name + " must be positive, was " + value);
        }
    }
}
