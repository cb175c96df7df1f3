package io.meridian.deadline;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of its budget, for people who look at it and for the {@link Hop} that learns from it.
 *
 * <p>{@code x-deadline: granted=1500, left=310.25}: what the request was given where it was served, and what was left of that when the
 * answer's headers were written, both in milliseconds as {@link TimeoutHeader} writes them.
 */
public final class BudgetHeader {

    public static final String NAME = "x-deadline";

    private static final String GRANTED = "granted=";
    private static final String LEFT = ", left=";

    private BudgetHeader() {}

    /**
     * What is said.
     *
     * @param granted the budget of the request
     * @param left of it; zero once it was spent
     */
    public record Budget(Duration granted, Duration left) {

        /** How long the answer took where it was made; never negative. */
        public Duration used() {
            var used = granted.minus(left);
            return used.isNegative() ? Duration.ZERO : used;
        }
    }

    /** The header's value. */
    public static String write(Duration granted, Duration left) {
        return GRANTED + TimeoutHeader.write(granted) + LEFT + TimeoutHeader.write(left);
    }

    /** What the header says; empty if there is none, or none that can be read. */
    public static Optional<Budget> read(@Nullable String value) {
        if (value == null || !value.startsWith(GRANTED)) {
            return Optional.empty();
        }
        var left = value.indexOf(LEFT);
        if (left < 0) {
            return Optional.empty();
        }
        var granted = TimeoutHeader.timeout(TimeoutHeader.read(value.substring(GRANTED.length(), left)));
        var rest = TimeoutHeader.timeout(TimeoutHeader.read(value.substring(left + LEFT.length())));
        return granted.flatMap(had -> rest.map(has -> new Budget(had, has)));
    }
}
