package io.meridian.breaker.shedding;

import java.time.Duration;

/**
 * A call was refused, and nothing was done for it.
 *
 * @param priority what it was taken for
 * @param retryAfter how long the queue, as it was then, needs to drain, and how long the overload has lasted by now if that is longer
 *     (10 s at most); with a random part on top, so that those who were refused together do not come back together
 */
public record Refusal(Priority priority, Shed why, Duration retryAfter) {

    /** As HTTP's {@code Retry-After} wants it: whole seconds, no less than is meant, at least 1. */
    public long retryAfterSeconds() {
        return Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
    }

    /** As gRPC's {@code grpc-retry-pushback-ms} wants it (gRFC A6): milliseconds, no less than is meant, at least 1. */
    public long pushbackMillis() {
        return Math.max(1, retryAfter.plusNanos(999_999).toMillis());
    }
}
