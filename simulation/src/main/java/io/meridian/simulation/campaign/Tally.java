package io.meridian.simulation.campaign;

import io.meridian.simulation.fault.Fault;
import io.meridian.simulation.schedule.Result;
import io.meridian.simulation.schedule.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What many schedules came to. */
public final class Tally {

    private static final int MOST_REMEMBERED = 100;
    private static final int MILLIS = 1 + (int) Schedule.MOST_AFTER_HEALING.toMillis() * 2;

    private final long[] had = new long[Fault.values().length];
    private final long[] took = new long[Fault.values().length];
    private final long[] settledAfterMillis = new long[MILLIS];
    private final List<Result> violated = new ArrayList<>();
    private long violatedCount;
    private long schedules;
    private long orders;
    private long steps;
    private long virtualNanos;
    private long received;
    private long applied;
    private long duplicates;
    private long stale;
    private long parked;
    private long interrupted;
    private long commitsRefused;

    public void add(Result result) {
        schedules++;
        orders += result.orders();
        steps += result.steps();
        virtualNanos += result.quietAt();
        var deliveries = result.deliveries();
        received += deliveries.received();
        applied += deliveries.applied();
        duplicates += deliveries.duplicate();
        stale += deliveries.stale();
        parked += deliveries.parked();
        interrupted += deliveries.interrupted();
        commitsRefused += deliveries.commitsRefused();
        result.faults().forEach(fault -> had[fault.ordinal()]++);
        var counts = result.took();
        for (var at = 0; at < counts.length; at++) {
            took[at] += counts[at];
        }
        var after = (int) Math.min(MILLIS - 1, (result.quietAt() - result.healedAt()) / 1_000_000);
        settledAfterMillis[after]++;
        if (!result.isClean()) {
            violatedCount++;
            if (violated.size() < MOST_REMEMBERED) {
                violated.add(result);
            }
        }
    }

    public long schedules() {
        return schedules;
    }

    public long orders() {
        return orders;
    }

    public long steps() {
        return steps;
    }

    public Duration virtualTime() {
        return Duration.ofSeconds(virtualNanos / 1_000_000_000);
    }

    /** In how many schedules something was wrong. */
    public long violatedCount() {
        return violatedCount;
    }

    /** The first of them. */
    public List<Result> violated() {
        return violated;
    }

    /** How many schedules had the fault. */
    public long had(Fault fault) {
        return had[fault.ordinal()];
    }

    /** How often it truly happened. */
    public long took(Fault fault) {
        return took[fault.ordinal()];
    }

    public long received() {
        return received;
    }

    public long applied() {
        return applied;
    }

    public long duplicates() {
        return duplicates;
    }

    public long stale() {
        return stale;
    }

    public long parked() {
        return parked;
    }

    public long interrupted() {
        return interrupted;
    }

    public long commitsRefused() {
        return commitsRefused;
    }

    /** The time after the last fault within which the given share of schedules had come to rest. */
    public Duration settledWithin(double share) {
        var wanted = (long) Math.ceil(share * schedules);
        var sum = 0L;
        for (var millis = 0; millis < MILLIS; millis++) {
            sum += settledAfterMillis[millis];
            if (sum >= wanted) {
                return Duration.ofMillis(millis);
            }
        }
        return Duration.ofMillis(MILLIS);
    }
}
