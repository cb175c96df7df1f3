package io.meridian.breaker.retry;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When a dependency that refused wants to be asked again. */
public final class Pushback {

    /** It does not say. */
    public static final long NONE = -1;

    private static final int MOST_DIGITS = 6;

    private Pushback() {}

    /**
     * What {@code Retry-After} says (RFC 9110, section 10.2.3), in nanoseconds; {@link #NONE} if there is none, or if it is a date, which
     * no service of a platform whose clocks may differ should send.
     */
    public static long nanos(@Nullable String retryAfter) {
        if (retryAfter == null || retryAfter.isEmpty() || retryAfter.length() > MOST_DIGITS) {
            return NONE;
        }
        var seconds = 0L;
        for (var i = 0; i < retryAfter.length(); i++) {
            var digit = retryAfter.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            seconds = seconds * 10 + digit;
        }
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
