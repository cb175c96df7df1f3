package io.meridian.deadline.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.meridian.deadline.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a call that comes in may take: what its caller says, but not longer than {@code most}; and {@code usual} if the caller
 * says nothing. That is for calls with one question and one answer. A stream lasts as long as its caller wants: it ends at the
 * caller's own deadline, if there is one, and when the caller leaves.
 *
 * @param most the most a caller is granted
 * @param usual what a caller is granted that names no deadline
 * @param unbounded the methods to which neither applies, because asking them is not a request for work: full names as in
 *     {@code grpc.health.v1.Health/Check}, or the beginning of one and a {@code *}
 */
public record CallBudgets(Duration most, Duration usual, List<String> unbounded) {

    public CallBudgets {
        if (!most.isPositive() || most.compareTo(Deadline.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "most must be more than zero and at most " + Deadline.LONGEST + ", was " + most);
        }
        if (!usual.isPositive() || usual.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "usual must be more than zero and at most as long as most (" + most + "), was " + usual);
        }
        for (var pattern : unbounded) {
            var star = pattern.indexOf('*');
            if (pattern.isBlank() || star >= 0 && star < pattern.length() - 1) {
                throw new IllegalArgumentException("an unbounded method is a full name such as package.Service/Method,"
                        + " or its beginning and one * at the end, was \"" + pattern + "\"");
            }
        }
        unbounded = List.copyOf(unbounded);
    }

    /**
     * What a call has.
     *
     * @param bounded whether there is a deadline, and not only its caller's patience
     * @param cut whether that is sooner than the caller asked for
     */
    record Budget(Deadline deadline, boolean bounded, boolean cut) {}

    /** What a call has that has just come in. */
    Budget of(MethodDescriptor<?, ?> method, io.grpc.@Nullable Deadline callers) {
        // Read before the caller's deadline is: so ours is never the later one.
        var now = System.nanoTime();
        var bounds = bounds(method);
        if (callers == null) {
            return new Budget(Deadline.since(now, bounds ? usual : Deadline.LONGEST), bounds, bounds);
        }
        var left = Duration.ofNanos(callers.timeRemaining(TimeUnit.NANOSECONDS));
        var cut = bounds && left.compareTo(most) > 0;
        return new Budget(Deadline.since(now, cut ? most : left), true, cut);
    }

    private boolean bounds(MethodDescriptor<?, ?> method) {
        if (method.getType() != MethodType.UNARY) {
            return false;
        }
        var name = method.getFullMethodName();
        for (var pattern : unbounded) {
            if (pattern.endsWith("*")
                    ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                    : name.equals(pattern)) {
                return false;
            }
        }
        return true;
    }
}
