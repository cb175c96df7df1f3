package io.meridian.deadline.gateway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the answers of a route are wanted. A client can ask for less than {@code most}, never for more.
 *
 * @param usual for a client that does not say
 * @param most for every client; at most {@link #HARD_CAP}, except for a stream
 * @param stream whether its answers go on for as long as there is news
 */
public record RouteBudget(Duration usual, Duration most, boolean stream) {

    /** The most any answer has that is not a stream. */
    public static final Duration HARD_CAP = Duration.ofSeconds(30);

    /** What a stream has if nothing is said. */
    public static final Duration LONGEST_STREAM = Duration.ofMinutes(10);

    public RouteBudget {
        if (!most.isPositive() || !stream && most.compareTo(HARD_CAP) > 0) {
            throw new IllegalArgumentException("the most a route has must be above zero"
                    + (stream ? "" : " and, unless it is a stream, at most " + HARD_CAP) + ", was " + most);
        }
        if (!usual.isPositive() || usual.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "what a route usually has must be above zero and at most the most it has, " + most + ", was " + usual);
        }
    }

    /** What a client has that asked for so much; null if it did not ask. */
    Duration of(@Nullable Duration asked) {
        if (asked == null) {
            return usual;
        }
        return asked.compareTo(most) < 0 ? asked : most;
    }

    /**
     * This one with what a route says for itself; null where it does not. A route that only says the most usually has that too, one
     * that only says what it usually has raises the most to it, and a stream begins with {@link #LONGEST_STREAM}.
     */
    public RouteBudget with(@Nullable Duration usual, @Nullable Duration most, @Nullable Boolean stream) {
        var base = Boolean.TRUE.equals(stream) ? new RouteBudget(LONGEST_STREAM, LONGEST_STREAM, true) : this;
        if (most != null) {
            return new RouteBudget(usual == null ? most : usual, most, base.stream);
        }
        if (usual != null) {
            return new RouteBudget(usual, usual.compareTo(base.most) > 0 ? usual : base.most, base.stream);
        }
        return base;
    }
}
