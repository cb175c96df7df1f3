package io.meridian.deadline.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a service says it has used of what it was given. */
final class Spent {

    static final String HEADER = "x-deadline";

    private static final Pattern FORM =
            Pattern.compile("granted=(\\d{1,8}(?:\\.\\d{1,3})?), ?left=(\\d{1,8}(?:\\.\\d{1,3})?)");

    private Spent() {}

    /** Empty if it says nothing, or nothing that makes sense. */
    static Optional<Duration> read(@Nullable String header) {
        var matcher = header == null ? null : FORM.matcher(header);
        if (matcher == null || !matcher.matches()) {
            return Optional.empty();
        }
        var millis = Double.parseDouble(matcher.group(1)) - Double.parseDouble(matcher.group(2));
        return millis < 0 ? Optional.empty() : Optional.of(Duration.ofNanos((long) (millis * 1e6)));
    }
}
