package io.meridian.deadline;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a remaining time is written in a header. It is relative, because two machines' clocks agree on a duration and not on a moment;
 * what the way costs is covered by the {@link Reserve}.
 */
public final class TimeoutHeader {

    /** {@code x-request-timeout-ms: 1500} or {@code 1500.25}: one to eight digits, and up to three more after a point. */
    public static final String NAME = "x-request-timeout-ms";

    /** Envoy's, in whole milliseconds; zero there means no timeout, and is taken as absent. */
    public static final String ENVOY = "x-envoy-expected-rq-timeout-ms";

    /** gRPC's: one to eight digits and a unit of {@code H M S m u n}. */
    public static final String GRPC = "grpc-timeout";

    /** Set to {@code 1} on an answer that says that its deadline passed. */
    public static final String EXPIRED = "x-deadline-expired";

    private static final int MOST_DIGITS = 8;
    private static final int MOST_DECIMALS = 3;

    /** What the last of so many decimals of a millisecond stands for. */
    private static final int[] MICROS_OF_DECIMALS = {0, 100, 10, 1};

    private TimeoutHeader() {}

    /** What a header says. */
    public sealed interface Reading {

        /** There is none. */
        record Absent() implements Reading {}

        /** The caller waits so long; zero if it does not wait any more. */
        record Timeout(Duration value) implements Reading {}

        /**
         * It cannot be understood.
         *
         * @param header its name
         * @param expected the form it should have
         * @param found what it says, cut to a readable length
         */
        record Malformed(String header, String expected, String found) implements Reading {}
    }

    /** Reads our own header's value. */
    public static Reading read(@Nullable String value) {
        if (value == null) {
            return new Reading.Absent();
        }
        var point = value.indexOf('.');
        var millis = number(value, 0, point < 0 ? value.length() : point, MOST_DIGITS);
        var decimals = point < 0 ? 0 : number(value, point + 1, value.length(), MOST_DECIMALS);
        if (millis >= 0 && decimals >= 0) {
            var micros = point < 0 ? 0 : decimals * MICROS_OF_DECIMALS[value.length() - point - 1];
            return new Reading.Timeout(Duration.ofNanos(millis * 1_000_000L + micros * 1_000L));
        }
        return malformed(NAME, "milliseconds as 1 to 8 digits, with up to 3 decimals", value);
    }

    /** Reads Envoy's header's value. */
    public static Reading readEnvoy(@Nullable String value) {
        if (value == null) {
            return new Reading.Absent();
        }
        var millis = number(value, 0, value.length(), MOST_DIGITS);
        if (millis < 0) {
            return malformed(ENVOY, "milliseconds as 1 to 8 digits", value);
        }
        return millis == 0 ? new Reading.Absent() : new Reading.Timeout(Duration.ofMillis(millis));
    }

    /** Reads gRPC's header's value, as the gRPC protocol defines it. */
    public static Reading readGrpc(@Nullable String value) {
        if (value == null) {
            return new Reading.Absent();
        }
        var count = number(value, 0, value.length() - 1, MOST_DIGITS);
        var unit = value.isEmpty() ? Duration.ZERO : unit(value.charAt(value.length() - 1));
        if (count < 0 || unit.isZero()) {
            return malformed(GRPC, "1 to 8 digits and one of H, M, S, m, u, n", value);
        }
        return new Reading.Timeout(unit.multipliedBy(count));
    }

    /**
     * The least of what the caller's headers say: our own, Envoy's and gRPC's.
     *
     * @param header gives the value of a header, or null
     * @return a malformed one if any is and none of the others can be read
     */
    public static Reading least(Function<String, @Nullable String> header) {
        return sooner(
                sooner(read(header.apply(NAME)), readEnvoy(header.apply(ENVOY))), readGrpc(header.apply(GRPC)));
    }

    /** The header's value for what is left: rounded down to a microsecond, so that nobody downstream is given more. */
    public static String write(Duration left) {
        var most = Duration.ofMillis(99_999_999);
        var told = left.isNegative() ? Duration.ZERO : left.compareTo(most) > 0 ? most : left;
        var millis = told.toMillis();
        var micros = told.toNanosPart() / 1_000 % 1_000;
        if (micros == 0) {
            return Long.toString(millis);
        }
        var text = new StringBuilder(12).append(millis).append('.');
        return text.append(micros / 100).append(micros / 10 % 10).append(micros % 10).toString();
    }

    /** The timeout that was read, if one was. */
    public static Optional<Duration> timeout(Reading reading) {
        return reading instanceof Reading.Timeout(var value) ? Optional.of(value) : Optional.empty();
    }

    private static Reading sooner(Reading one, Reading other) {
        if (one instanceof Reading.Timeout(var a) && other instanceof Reading.Timeout(var b)) {
            return b.compareTo(a) < 0 ? other : one;
        }
        if (one instanceof Reading.Timeout || other instanceof Reading.Absent) {
            return one;
        }
        return other instanceof Reading.Timeout || one instanceof Reading.Absent ? other : one;
    }

    private static Reading malformed(String header, String expected, String value) {
        return new Reading.Malformed(
                header, expected, value.length() > 32 ? value.substring(0, 32) + "…" : value);
    }

    /** The number that these digits are; negative if they are too many, too few or not all digits. Cuts nothing out of the text. */
    private static int number(String text, int from, int to, int mostDigits) {
        if (to <= from || to - from > mostDigits) {
            return -1;
        }
        var number = 0;
        for (var i = from; i < to; i++) {
            var digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    private static Duration unit(char letter) {
        return switch (letter) {
            case 'H' -> Duration.ofHours(1);
            case 'M' -> Duration.ofMinutes(1);
            case 'S' -> Duration.ofSeconds(1);
            case 'm' -> Duration.ofMillis(1);
            case 'u' -> Duration.ofNanos(1_000);
            case 'n' -> Duration.ofNanos(1);
            default -> Duration.ZERO;
        };
    }
}
