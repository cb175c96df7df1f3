package io.meridian.deadline.grpc;

import io.grpc.Metadata;
import java.time.Duration;
import java.util.Optional;

/**
 * The trailer {@code x-handled-us}: how many microseconds the server had the call, as decimal digits. What the caller waited beyond
 * it was the way there and back, from which its {@link io.meridian.deadline.Hop} learns what to reserve.
 */
final class HandledTime {

    static final Metadata.Key<String> KEY = Metadata.Key.of("x-handled-us", Metadata.ASCII_STRING_MARSHALLER);

    private static final int MOST_DIGITS = 15;

    private HandledTime() {}

    static void write(Duration handled, Metadata trailers) {
        trailers.discardAll(KEY);
        trailers.put(KEY, Long.toString(Math.max(0, handled.toNanos() / 1_000)));
    }

    /** Empty if the server does not say it, or not so that it can be read. */
    static Optional<Duration> read(Metadata trailers) {
        var value = trailers.get(KEY);
        if (value == null || value.isEmpty() || value.length() > MOST_DIGITS) {
            return Optional.empty();
        }
        for (var i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return Optional.empty();
            }
        }
        return Optional.of(Duration.ofNanos(Long.parseLong(value) * 1_000));
    }
}
