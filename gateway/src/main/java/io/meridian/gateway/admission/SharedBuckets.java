package io.meridian.gateway.admission;

import reactor.core.publisher.Mono;

/** The buckets that all gateways share. May fail and may be slow; who asks decides how long to wait. */
@FunctionalInterface
public interface SharedBuckets {

    /** Charges one request to {@code client}. */
    Mono<Allowance> take(String client);
}
