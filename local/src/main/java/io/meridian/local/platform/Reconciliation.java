package io.meridian.local.platform;

import java.time.Duration;
import java.util.List;

/**
 * What the job that compares the books of order, payment and inventory found.
 *
 * @param more whether there may be more differences than these
 * @param took from the start of its process to its end
 */
public record Reconciliation(
        long orders, long payments, long holds, List<Difference> differences, boolean more, Duration took) {

    /**
     * Something that two of the three tell differently.
     *
     * @param kind such as {@code PAYMENT_WITHOUT_ORDER}
     */
    public record Difference(String kind, String orderId, String found) {}

    public Reconciliation {
        differences = List.copyOf(differences);
    }
}
