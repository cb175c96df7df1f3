package io.meridian.deadline;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way to one neighbour: how much of the remaining time a call to it is given.
 *
 * <p>The budget is what remains less the {@link Reserve}, and never more than the hop's cap. If less is left than a call needs at
 * least, it is not made: it could not be answered in time, and would cost the neighbour work for nobody.
 *
 * <p>Safe for use by many threads; one instance serves all calls to the neighbour, and learns the network's time from them.
 */
public final class Hop {

    /** The share of a new measurement in the average: about the last ten count. */
    private static final double WEIGHT = 0.2;

    private final String name;
    private final Duration cap;
    private final Duration least;
    private final Reserve reserve;

    /** The average one-way time in nanoseconds; 0 until something was measured. */
    private final AtomicLong oneWayNanos = new AtomicLong();

    /**
     * @param name of the neighbour, of a bounded set
     * @param cap the most a call is given, whatever remains
     * @param least what a call needs to be worth making
     * @throws IllegalArgumentException unless 0 &lt;= least &lt;= cap and cap is positive
     */
    public Hop(String name, Duration cap, Duration least, Reserve reserve) {
        if (!cap.isPositive() || least.isNegative() || least.compareTo(cap) > 0) {
            throw new IllegalArgumentException(
                    "hop " + name + " needs 0 <= least <= cap and a positive cap, was least " + least + ", cap " + cap);
        }
        this.name = name;
        this.cap = cap;
        this.least = least;
        this.reserve = reserve;
    }

    /** What a call may have. */
    public sealed interface Budget {

        /**
         * The call may be made.
         *
         * @param deadline of the call; at or before the caller's
         * @param reserved what was kept back of what remained
         */
        record Granted(Deadline deadline, Duration reserved) implements Budget {}

        /**
         * The call must not be made: too little is left.
         *
         * @param left what would have been left for it; zero if nothing
         * @param least what it needs
         */
        record Refused(Duration left, Duration least) implements Budget {}
    }

    /** What a call that is made now within {@code deadline} may have. */
    public Budget grant(Deadline deadline) {
        var remaining = deadline.remainingNanos();
        var reserved = reserve.of(remaining, oneWayNanos.get());
        var left = remaining - reserved;
        if (left <= 0 || left < least.toNanos()) {
            return new Budget.Refused(Duration.ofNanos(Math.max(0, left)), least);
        }
        var kept = Duration.ofNanos(reserved);
        return new Budget.Granted(deadline.keeping(reserved, cap, remaining), kept);
    }

    /** Learns from a call that took {@code elapsed} here, of which the neighbour says it had {@code there}. */
    public void measured(Duration elapsed, Duration there) {
        var oneWay = elapsed.minus(there).toNanos() / 2;
        if (oneWay < 0) {
            return; // the neighbour counted more than there was
        }
        oneWayNanos.accumulateAndGet(
                oneWay, (average, now) -> average == 0 ? now : Math.round(average + WEIGHT * (now - average)));
    }

    /** The average time one way over the network, as learnt so far; zero before anything was measured. */
    public Duration oneWay() {
        return Duration.ofNanos(oneWayNanos.get());
    }

    public String name() {
        return name;
    }

    /** The most a call is given. */
    public Duration cap() {
        return cap;
    }
}
