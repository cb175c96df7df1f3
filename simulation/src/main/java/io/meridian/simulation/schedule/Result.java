package io.meridian.simulation.schedule;

import io.meridian.simulation.fault.Fault;
import java.util.List;
import java.util.Set;

/**
 * What became of one schedule.
 *
 * @param hash of its trace: the same seed gives the same one, anywhere
 * @param took how often each fault happened, by its ordinal
 * @param orders how many orders were journalled
 * @param steps how often the baton was passed
 * @param healedAt when the last fault was over, and {@code quietAt} when everything had come to rest; virtual nanoseconds
 */
@SuppressWarnings("ArrayRecordComponent") // counted up, never compared
public record Result(
        long seed,
        long hash,
        Set<Fault> faults,
        long[] took,
        List<Violation> violations,
        int orders,
        long steps,
        long healedAt,
        long quietAt,
        Deliveries deliveries) {

    /**
     * What became of records.
     *
     * @param received how often one was handed to a listener
     */
    public record Deliveries(
            long received, long applied, long duplicate, long stale, long parked, long interrupted, long commitsRefused) {}

    public boolean isClean() {
        return violations.isEmpty();
    }
}
