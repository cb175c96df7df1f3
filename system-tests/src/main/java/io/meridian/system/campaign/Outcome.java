package io.meridian.system.campaign;

import io.meridian.system.history.Violation;
import java.time.Duration;
import java.util.List;

/**
 * What became of a schedule.
 *
 * @param proofs what each fault showed, in the order of the steps
 * @param voidBecause why nothing can be concluded; empty if something can
 * @param asked how many operations clients began
 * @param acknowledged how many orders were acknowledged
 * @param unknown how many operations had no certain end
 * @param late the share of answers later than their deadline and 50 ms
 * @param ended how long after the healing the last order had reached its end
 * @param took from the first client to the last look
 */
public record Outcome(
        Schedule schedule,
        List<Proof> proofs,
        List<String> voidBecause,
        List<Violation> violations,
        long asked,
        long acknowledged,
        long unknown,
        double late,
        Duration ended,
        Duration took) {

    public Outcome {
        proofs = List.copyOf(proofs);
        voidBecause = List.copyOf(voidBecause);
        violations = List.copyOf(violations);
    }

    /**
     * What a fault showed.
     *
     * @param took empty if it did not prove that it took
     * @param healed empty if it did not prove that it healed
     */
    public record Proof(String fault, String took, String healed) {}

    /** Whether every fault took and healed. */
    public boolean isVoid() {
        return !voidBecause.isEmpty();
    }
}
