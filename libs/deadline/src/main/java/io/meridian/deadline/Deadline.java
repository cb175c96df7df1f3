package io.meridian.deadline;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A moment after which an answer is no longer wanted, on a clock that only moves forward.
 *
 * <p>A deadline can be tightened and never loosened: every method that returns another one returns an earlier or the same
 * moment. It is read from a monotonic clock, so that a wall clock that is set, or differs from another machine's, moves
 * nothing; readings are subtracted and never compared, so that a clock that overflows does no harm. Budgets are capped at
 * {@link #LONGEST}. Immutable.
 */
public final class Deadline {

    /** The longest budget, some hundred years: two clock readings that are further apart cannot be subtracted. */
    public static final Duration LONGEST = Duration.ofDays(36_500);

    private static final LongSupplier MONOTONIC = System::nanoTime;

    private final long startNanos;
    private final long atNanos;
    private final LongSupplier nanoClock;

    private Deadline(long startNanos, long atNanos, LongSupplier nanoClock) {
        this.startNanos = startNanos;
        this.atNanos = atNanos;
        this.nanoClock = nanoClock;
    }

    /** The moment that is {@code budget} from now; it has passed already if the budget is zero or negative. */
    public static Deadline after(Duration budget) {
        return after(budget, MONOTONIC);
    }

    /** As {@link #after(Duration)}, on a clock of the caller's; see {@link #since(long, Duration, LongSupplier)}. */
    public static Deadline after(Duration budget, LongSupplier nanoClock) {
        return since(nanoClock.getAsLong(), budget, nanoClock);
    }

    /**
     * The moment that is {@code budget} after {@code startNanos}, an earlier reading of {@link System#nanoTime()}, as for a request
     * that was received then and has waited in a queue since.
     */
    public static Deadline since(long startNanos, Duration budget) {
        return since(startNanos, budget, MONOTONIC);
    }

    /**
     * As {@link #since(long, Duration)}, on a clock of the caller's. Only deadlines of the very same clock object can be compared, and
     * only those of the machine's own clock, made without naming one, interrupt and tell by themselves when they pass.
     */
    public static Deadline since(long startNanos, Duration budget, LongSupplier nanoClock) {
        return new Deadline(startNanos, startNanos + nanos(budget), nanoClock);
    }

    /** What it was granted when it was made, however long ago that is; never negative. */
    public Duration budget() {
        return Duration.ofNanos(Math.max(0, atNanos - startNanos));
    }

    /** What is left of it now; zero once it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, remainingNanos()));
    }

    /** What is left of it now in nanoseconds; negative once it has passed, by how much. */
    public long remainingNanos() {
        return atNanos - nanoClock.getAsLong();
    }

    /** Whether nothing is left. */
    public boolean hasPassed() {
        return remainingNanos() <= 0;
    }

    /** This one, or the moment that is {@code most} from now if that is sooner. The new one's budget counts from now. */
    public Deadline within(Duration most) {
        var now = nanoClock.getAsLong();
        var left = atNanos - now;
        return new Deadline(now, now + Math.min(left, nanos(most)), nanoClock);
    }

    /**
     * As {@link #keeping} and then {@link #within}, counted from when {@code remainingNanos} were left of it: reading the clock costs
     * more than all the rest. More than was kept must have been left.
     */
    Deadline keeping(long reserveNanos, Duration most, long remainingNanos) {
        var now = atNanos - remainingNanos;
        return new Deadline(now, now + Math.min(remainingNanos - reserveNanos, nanos(most)), nanoClock);
    }

    /**
     * Earlier by {@code reserve}, which is kept for the way back; the same moment if it has passed already. The new one's budget counts
     * from now.
     *
     * @throws IllegalArgumentException if the reserve is negative: that would loosen it
     */
    public Deadline keeping(Duration reserve) {
        if (reserve.isNegative()) {
            throw new IllegalArgumentException("a reserve is never negative, was " + reserve);
        }
        var now = nanoClock.getAsLong();
        var left = atNanos - now;
        // Nothing is kept of nothing: taking more and more away would come round to the far future.
        return new Deadline(now, now + (left > 0 ? left - nanos(reserve) : left), nanoClock);
    }

    /**
     * The sooner of the two.
     *
     * @throws IllegalArgumentException if they are read from different clocks
     */
    public Deadline sooner(Deadline other) {
        if (other.nanoClock != nanoClock) {
            throw new IllegalArgumentException("two deadlines of different clocks cannot be compared");
        }
        return other.atNanos - atNanos < 0 ? other : this;
    }

    /** When it passes, as its clock will read then. */
    long atNanos() {
        return atNanos;
    }

    /** Whether it is read from the machine's own clock, by which the timer goes. */
    boolean isOnMachineClock() {
        return nanoClock == MONOTONIC;
    }

    private static long nanos(Duration budget) {
        if (budget.compareTo(LONGEST) >= 0) {
            return LONGEST.toNanos();
        }
        return budget.isNegative() ? 0 : budget.toNanos();
    }

    @Override
    public String toString() {
        var left = remainingNanos();
        return left > 0 ? "in " + Duration.ofNanos(left) : "passed " + Duration.ofNanos(-left) + " ago";
    }
}
